"""The audit tools that a cycle can choose: the product's own, and those that a board brings as a workbook."""
