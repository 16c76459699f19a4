"""The audit meeting: agenda, attendance, discussion, ratification."""
