"""Measurements, each beside a bare baseline in the same run."""
