"""The stand-in's Web API: one file for each family of methods."""
