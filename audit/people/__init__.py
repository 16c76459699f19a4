"""Who takes part, for which agency, in which role."""
