"""A cycle's Google Sheets: their state, and the changes that people made in them."""
