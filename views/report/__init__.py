"""The report, the meeting pack, and everything that is published."""
