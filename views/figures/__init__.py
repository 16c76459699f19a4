"""Numbers across cases and cycles."""
