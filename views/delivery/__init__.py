"""The messages that must be in Slack, and whether they got there."""
