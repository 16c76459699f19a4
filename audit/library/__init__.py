"""The audit tools that a cycle can choose: the product's, and those that a board brings as a spreadsheet."""
