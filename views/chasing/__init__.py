"""Returns that are still to come: reminders, digests, progress."""
