"""What each person is shown first, and the ways on from there."""
