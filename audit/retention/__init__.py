"""How long what is kept is kept: what is due to be removed, what is held back, and removing it."""
