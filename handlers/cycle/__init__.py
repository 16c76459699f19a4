"""A whole cycle at one moment: its cases, tally and state."""
