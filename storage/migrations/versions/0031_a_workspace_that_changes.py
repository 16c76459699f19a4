"""What is the matter with the Slack workspace is kept, and when each channel and person is looked at next."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("channels", "people"):
        op.add_column(table, sa.Column("look_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("people", sa.Column("standing", sa.String(20), nullable=True))
    op.create_table(
        "slack_conditions",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("channel", sa.String(32), nullable=True),
        sa.Column("person_id", sa.String(32), nullable=True),
        sa.Column("said", sa.String(300), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slack_conditions")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_slack_conditions_person_id_people"),
            initially="DEFERRED", deferrable=True,
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_slack_conditions_person_id"), "slack_conditions", ["person_id"])
    op.create_index(
        "uq_slack_conditions_standing", "slack_conditions", ["key"], unique=True,
        postgresql_where=sa.text("over_at IS NULL"), sqlite_where=sa.text("over_at IS NULL"),
    )  # fmt: skip
