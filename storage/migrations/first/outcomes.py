"""What follows from a cycle: recommendations, actions, reports; and audits from before this software."""

from storage.migrations.first.columns import data, day, moment, refers, sealed, table, text, unique, whole, yes_no

table(
    "recommendations",
    refers("cycle_id", "cycles"),
    whole("number"),
    sealed("text"),
    whole("version"),
    refers("by_id", "people", index=False),
    moment("made_at"),
    moment("worded_at", nullable=True),
    moment("withdrawn_at", nullable=True),
    unique("cycle_id", "number"),
)
table(
    "recommendation_themes",
    refers("recommendation_id", "recommendations"),
    refers("theme_id", "learning_themes"),
    unique("recommendation_id", "theme_id"),
)
table(
    "recommendation_agencies",
    refers("recommendation_id", "recommendations"),
    refers("agency_id", "agencies"),
    unique("recommendation_id", "agency_id"),
)
table(
    "actions",
    refers("cycle_id", "cycles"),
    whole("number"),
    refers("recommendation_id", "recommendations", nullable=True),
    refers("case_id", "cases", nullable=True),
    yes_no("from_judgement"),
    sealed("text"),
    refers("agency_id", "agencies", nullable=True),
    text("owner", 150),
    refers("owner_id", "people", nullable=True),
    day("due_on"),
    text("state", 20, index=True),
    text("impact", 10, nullable=True),
    whole("version"),
    refers("by_id", "people", index=False),
    moment("made_at"),
    moment("closed_at", nullable=True),
    unique("cycle_id", "number"),
)
table(
    "action_steps",
    refers("action_id", "actions"),
    whole("number"),
    text("state", 20),
    day("due_on"),
    text("impact", 10, nullable=True),
    text("former_owner", 150, nullable=True),
    sealed("note"),
    refers("by_id", "people", index=False),
    moment("at"),
    unique("action_id", "number"),
)
table(
    "reports",
    refers("cycle_id", "cycles"),
    whole("version"),
    sealed("content"),
    text("content_hash", 64),
    refers("by_id", "people", nullable=True, index=False),
    moment("made_at"),
    moment("public_at", nullable=True),
    moment("briefed_at", nullable=True),
    unique("cycle_id", "version"),
)
table(
    "distributions",
    refers("report_id", "reports"),
    text("edition", 10),
    text("audience", 150),
    text("how", 20),
    refers("message_id", "messages", nullable=True, index=False),
    refers("by_id", "people", nullable=True, index=False),
    moment("sent_at"),
)
table(
    "past_cycles",
    whole("number", unique=True),
    text("title", 100),
    data("scale"),
    moment("imported_at"),
)
table(
    "past_results",
    refers("past_cycle_id", "past_cycles"),
    text("key", 64),
    text("kind", 10),
    text("area", 20, nullable=True),
    refers("agency_id", "agencies", nullable=True),
    text("reference", 40, nullable=True),
    text("grade", 150),
    text("reason", 32, nullable=True),
    whole("count"),
    unique("past_cycle_id", "key"),
)
