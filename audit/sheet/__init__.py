"""The Google Sheet of a cycle: what it follows, and what people changed in it."""
