"""What each person sees first, and where they can go from there."""
