"""Faults that the product must survive: kills, outages, crowds; with real processes, on both databases."""
