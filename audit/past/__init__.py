"""Audits from before, taken in from files."""
