"""The report, the meeting pack, and what leaves the partnership."""
