"""What people see of how long something is kept."""
