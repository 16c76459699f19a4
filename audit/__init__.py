"""The rules of a multi-agency audit. They don't know Slack, Google, the web or the engine."""
