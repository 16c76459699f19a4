"""What a meeting found in a case."""
