"""The stand-in's Web API: one module per group of methods."""
