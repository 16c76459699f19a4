"""A case as others read it: its summary, grades and judgement."""
