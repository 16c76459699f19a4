"""Actions as the rules read them, for views and sheets."""

from datetime import UTC, date, datetime

from audit.actions.actions import ActionView

PLAIN = ActionView(
    id="a" * 32,
    cycle_id="c" * 32,
    cycle_number=2,
    number=1,
    text="Name a lead.",
    reference=None,
    recommendation_id="r" * 32,
    recommendation=1,
    from_judgement=False,
    agency_id="p" * 32,
    agency="Police",
    owner="Inspector",
    owner_id=None,
    owner_label=None,
    due_on=date(2026, 3, 20),
    state="open",
    impact=None,
    version=0,
    made_at=datetime(2026, 3, 1, 10, 0, tzinfo=UTC),
    closed_at=None,
    steps=(),
)
"""An action of a recommendation, without any step taken."""
