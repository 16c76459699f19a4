"""A Slack workspace on your own machine: its Web API, its signed requests to the app, and its people."""
