"""Disclosure: what numbers may be told together, so that nobody can tell from them what became of one child."""
