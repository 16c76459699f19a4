"""What people see: read models become Block Kit. No view reads a clock, a setting or a database."""
