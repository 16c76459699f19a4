"""What a meeting decides and finds: attendance, moderations, judgements, findings."""

from storage.migrations.first.columns import moment, refers, sealed, table, text, unique, whole, yes_no

table(
    "attendances",
    refers("meeting_id", "meetings"),
    refers("agency_id", "agencies"),
    yes_no("present"),
    text("who", 150),
    refers("by_id", "people", index=False),
    moment("at"),
    unique("meeting_id", "agency_id"),
)
table(
    "moderations",
    refers("return_id", "returns"),
    whole("number"),
    whole("version"),
    text("grade", 32, nullable=True),
    text("not_graded_reason", 32, nullable=True),
    sealed("reason"),
    refers("by_id", "people", index=False),
    moment("at"),
    sealed("exception", nullable=True),
    unique("return_id", "number"),
)
table(
    "judgements",
    refers("case_id", "cases"),
    text("grade", 32),
    text("not_graded_reason", 32, nullable=True),
    sealed("statement"),
    whole("version"),
    refers("by_id", "people"),
    moment("ratified_at"),
    moment("ended_at", nullable=True),
    unique("case_id", "version"),
)
table(
    "positions",
    refers("judgement_id", "judgements"),
    refers("agency_id", "agencies"),
    text("stance", 10),
    unique("judgement_id", "agency_id"),
)
table(
    "reopenings",
    refers("case_id", "cases"),
    refers("judgement_id", "judgements"),
    sealed("reason"),
    refers("by_id", "people", index=False),
    moment("at"),
)
table(
    "findings",
    refers("case_id", "cases"),
    text("kind", 10),
    refers("agency_id", "agencies", nullable=True),
    refers("theme_id", "learning_themes", nullable=True),
    sealed("text"),
    whole("version"),
    refers("by_id", "people", index=False),
    moment("at"),
    moment("withdrawn_at", nullable=True),
)
table(
    "earlier_wordings",
    text("subject_id", 32),
    whole("version"),
    sealed("text"),
    refers("by_id", "people", index=False),
    moment("at"),
    unique("subject_id", "version"),
)
