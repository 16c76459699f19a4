"""A Slack workspace and a Google Sheets on your own machine, to try the product and to test against."""
