"""What changes in a cycle after it has opened."""
