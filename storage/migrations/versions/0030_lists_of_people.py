"""A list of people waits here while Slack is asked who they are."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "people_lists",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("by_id", sa.String(32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("found", sa.LargeBinary(), nullable=True),
        sa.Column("view_id", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("delivered", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claim", sa.String(80), nullable=True),
        sa.Column("error", sa.String(300), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_lists")),
        sa.ForeignKeyConstraint(
            ["by_id"], ["people.id"], name=op.f("fk_people_lists_by_id_people"), initially="DEFERRED", deferrable=True,
        ),
        sa.UniqueConstraint("by_id", name=op.f("uq_people_lists_by_id")),
    )  # fmt: skip
    op.create_index(op.f("ix_people_lists_claim"), "people_lists", ["claim"])
