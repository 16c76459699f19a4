"""Retention: what is due to be removed, what a legal hold keeps, and removing it."""
