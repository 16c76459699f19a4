"""What the product must come through: kills, outages, crowds; each through real processes on both databases."""
