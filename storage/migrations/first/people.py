"""Who takes part."""

from storage.migrations.first.columns import data, day, moment, refers, table, text, unique, yes_no

table(
    "workspaces",
    text("team_id", 32, unique=True),
    text("name", 255),
)
table(
    "people",
    refers("workspace_id", "workspaces"),
    text("user_id", 32),
    text("label", 80),
    yes_no("active"),
    unique("workspace_id", "user_id"),
)
table(
    "agencies",
    text("label", 75, unique=True),
    text("short_label", 20, unique=True),
)
table(
    "areas",
    text("label", 20, unique=True),
)
table(
    "roles",
    refers("person_id", "people"),
    text("kind", 20),
    refers("agency_id", "agencies", nullable=True),
    refers("area_id", "areas", nullable=True),
    moment("until", nullable=True),
    unique("person_id", "kind", "agency_id", "area_id"),
)
table(
    "covers",
    refers("role_id", "roles"),
    refers("person_id", "people"),
    moment("until"),
    moment("made_at"),
)
table(
    "snoozes",
    refers("person_id", "people"),
    refers("cycle_id", "cycles"),
    day("until"),
    moment("made_at"),
    unique("person_id", "cycle_id"),
)
table(
    "channels",
    text("channel", 32, unique=True),
    text("name", 100),
    yes_no("shared"),
    data("shared_with"),
    text("error", 300, nullable=True),
    moment("checked_at", nullable=True),
    refers("shared_ok_by_id", "people", nullable=True, index=False),
    moment("shared_ok_at", nullable=True),
)
