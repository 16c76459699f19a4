"""The nouns of an audit and how they are kept; every table, and nothing that decides."""
