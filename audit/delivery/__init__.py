"""What must stand in Slack, and whether it does."""
