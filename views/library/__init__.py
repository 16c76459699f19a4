"""The audit tools that a cycle can choose, and how new ones are added."""
