"""The projection of a cycle into a Google Sheet: drawing tabs, finding the difference, and writing it."""
