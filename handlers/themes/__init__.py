"""Learning themes: what findings are counted as, across cases and cycles."""
