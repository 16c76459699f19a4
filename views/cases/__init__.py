"""A case as its readers see it: its summary, grades and judgement."""
