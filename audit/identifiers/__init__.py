"""Search free text for what identifies a person."""
