"""The people who take part, with their agencies and roles."""
