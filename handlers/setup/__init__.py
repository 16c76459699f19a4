"""A cycle before it opens."""
