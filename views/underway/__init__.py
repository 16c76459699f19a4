"""Changes in a cycle after it has opened."""
