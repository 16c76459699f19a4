"""The rules of a multi-agency audit; knows no Slack, no Google, no web and no engine."""
