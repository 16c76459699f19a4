"""The word that replaces an erased text. It has its own module because every view needs it, and few need more."""

ERASED = "(erased)"
