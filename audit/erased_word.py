"""What stands where a text was that was erased; by itself, since every view knows it and few need more."""

ERASED = "(erased)"
