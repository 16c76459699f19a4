"""Documents for a data protection officer: exports, permissions, and drafts of the controller's documents."""
