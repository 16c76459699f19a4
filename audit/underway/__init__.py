"""Changes of a cycle after it has opened."""
