"""What people see: read models become Block Kit; nothing here reads a clock, a setting or a database."""
