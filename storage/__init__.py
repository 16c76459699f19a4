"""The nouns of an audit and how they are stored: every table, and no rule that decides anything."""
