"""Outstanding returns: reminders, digests and progress."""
