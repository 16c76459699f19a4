"""The projection of a cycle into a Google Sheet: drawing, changes, client, sync."""
