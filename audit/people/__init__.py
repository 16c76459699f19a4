"""The people who take part in audits: their agencies, areas and roles."""
