"""Checks of free text before any of it is stored."""
