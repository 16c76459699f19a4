"""Stand-ins for Slack and Google Sheets on your own machine, to try the product and to test against."""
