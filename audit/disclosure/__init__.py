"""Disclosure control: which numbers may be published together without revealing what was found about one child."""
