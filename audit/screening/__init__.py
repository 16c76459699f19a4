"""Free text, looked through before anything of it is kept."""
