"""What must be in Slack, and whether it is there."""
