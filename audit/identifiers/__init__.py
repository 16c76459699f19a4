"""What identifies a person, looked for in free text."""
