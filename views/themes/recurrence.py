"""Recurrence: a learning theme across audit cycles, in words."""

from collections.abc import Sequence

from audit.themes.recurrence import Recurring


def words(recurring: Recurring) -> str:
    """Plain text, such as "named in audits 1, 2 and 5; recommendation closed in 3"."""
    named = f"named in {'audit' if len(recurring.named) == 1 else 'audits'} {numbers(recurring.named)}"
    if recurring.closed:
        return f"{named}; recommendation closed in {numbers(recurring.closed)}"
    if recurring.recommended:
        return f"{named}; recommendation made in {numbers(recurring.recommended)}, not closed yet"
    return f"{named}; {'a strength' if recurring.strength else 'no recommendation yet'}"


def numbers(cycles: Sequence[int]) -> str:
    """Cycles by number: "1, 2 and 5"."""
    *most, last = map(str, cycles)
    return f"{', '.join(most)} and {last}" if most else last
