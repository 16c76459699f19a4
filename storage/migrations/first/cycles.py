"""Cycles, their cases, and which agencies are involved in each."""

from storage.migrations.first.columns import data, day, moment, refers, sealed, table, text, unique, whole, yes_no

table(
    "audit_tools",
    text("key", 32),
    whole("version"),
    data("sections"),
    unique("key", "version"),
)
table(
    "learning_themes",
    text("label", 75, unique=True),
    moment("retired_at", nullable=True),
    refers("merged_into_id", "learning_themes", nullable=True, index=False),
    yes_no("strength"),
)
table(
    "cycles",
    refers("workspace_id", "workspaces"),
    whole("number", unique=True),
    text("title", 100),
    text("theme", 100),
    text("origin", 1000),
    text("state", 20, index=True),
    data("scale"),
    refers("tool_id", "audit_tools"),
    day("due_on"),
    whole("summary_days"),
    text("sub_group_channel", 32),
    text("spreadsheet_id", 128, nullable=True),
    yes_no("reflections_in_sheet"),
    moment("opened_at", nullable=True),
    text("proposal", 10),
    text("quorum", 10, server_default="50%"),
    yes_no("unreleased_in_sheet"),
    text("key_holder", 200, server_default=""),
)
table(
    "meetings",
    refers("cycle_id", "cycles"),
    moment("starts_at"),
    refers("chair_id", "people", nullable=True, index=False),
)
table(
    "cycle_areas",
    refers("cycle_id", "cycles"),
    refers("area_id", "areas", index=False),
    refers("meeting_id", "meetings"),
    text("channel", 32),
    whole("quota", nullable=True),
    unique("cycle_id", "area_id"),
)
table(
    "cases",
    refers("cycle_id", "cycles"),
    refers("area_id", "areas", index=False),
    text("reference", 40),
    moment("released_at", nullable=True),
    moment("withdrawn_at", nullable=True),
    unique("cycle_id", "reference"),
)
table(
    "involvements",
    refers("case_id", "cases"),
    refers("agency_id", "agencies", index=False),
    moment("withdrawn_at", nullable=True),
    unique("case_id", "agency_id"),
)
table(
    "samples",
    refers("cycle_id", "cycles"),
    text("seed", 64),
    text("list_hash", 64),
    data("strata"),
    moment("drawn_at"),
    refers("by_id", "people", index=False),
)
table(
    "cancellations",
    refers("cycle_id", "cycles", unique=True),
    text("state", 20),
    sealed("reason"),
    refers("by_id", "people", index=False),
    moment("at"),
)
