"""What people see about retention periods."""
