"""The partnership's name, logo and Word template."""
