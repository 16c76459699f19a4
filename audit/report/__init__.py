"""The report, the meeting pack, and what is published of them."""
