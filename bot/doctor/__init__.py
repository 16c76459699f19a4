"""The checks of `roundtable doctor`, one file per subject: each reads and asks, and changes nothing."""
