"""What a data protection officer reads: exports as workbooks, who may read what, and drafts of their documents."""
