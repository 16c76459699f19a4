"""Learning themes, by which findings are counted across cases and cycles."""
