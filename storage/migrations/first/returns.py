"""Returns, with every version and draft, and the immediate actions that they ask for."""

from storage.migrations.first.columns import moment, refers, sealed, some, table, text, unique, whole, yes_no

table(
    "returns",
    refers("involvement_id", "involvements", unique=True),
    text("state", 20),
    whole("version"),
    moment("locked_at", nullable=True),
)
table(
    "return_versions",
    refers("return_id", "returns"),
    whole("number"),
    whole("base"),
    text("view_id", 64, index=True),
    refers("tool_id", "audit_tools", index=False),
    text("grade", 32, nullable=True),
    text("not_graded_reason", 32, nullable=True),
    sealed("answers"),
    yes_no("late"),
    yes_no("after_release"),
    refers("by_id", "people", index=False),
    moment("submitted_at"),
    text("state", 20),
    text("source", 20, nullable=True),
    text("given_by", 150, nullable=True),
    unique("return_id", "number"),
    unique("return_id", "view_id", "base"),
)
table(
    "drafts",
    refers("return_id", "returns"),
    refers("by_id", "people", index=False),
    text("view_id", 64),
    whole("base"),
    sealed("answers", nullable=True),
    moment("saved_at"),
    moment("ready_at", nullable=True),
    unique("return_id", "view_id", "base"),
)
table(
    "handovers",
    refers("return_id", "returns"),
    refers("person_id", "people"),
    refers("by_id", "people", index=False),
    moment("at"),
    moment("ended_at", nullable=True),
)
table(
    "declines",
    refers("return_id", "returns"),
    sealed("reason"),
    refers("asked_by_id", "people", index=False),
    moment("asked_at"),
    refers("decided_by_id", "people", nullable=True, index=False),
    moment("decided_at", nullable=True),
    yes_no("approved", nullable=True),
    some("ix_declines_waiting", "asked_at", where="decided_at IS NULL"),
)
table(
    "immediate_actions",
    refers("return_id", "returns"),
    refers("cycle_id", "cycles"),
    sealed("text"),
    whole("version"),
    moment("raised_at"),
    moment("acknowledged_at", nullable=True),
    refers("acknowledged_by_id", "people", nullable=True, index=False),
    moment("closed_at", nullable=True),
    refers("closed_by_id", "people", nullable=True, index=False),
    some("ix_immediate_actions_open", "raised_at", where="closed_at IS NULL"),
)
