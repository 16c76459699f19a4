"""The Google Sheets of an audit: where they are drawn, who can open them, and what people changed in them."""
