"""A meeting's findings about a case."""
