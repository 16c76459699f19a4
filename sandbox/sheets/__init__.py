"""A stand-in for Google Sheets v4, the Drive v3 calls around it, and the token endpoint."""
