"""What coordinators should know of a sheet's file is kept, and since when a sheet is behind."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sheet_states", sa.Column("behind_since", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "sheet_conditions",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("cycle_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("about", sa.JSON(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown_by_id", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_conditions")),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], name=op.f("fk_sheet_conditions_cycle_id_cycles"),
            initially="DEFERRED", deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["shown_by_id"], ["people.id"], name=op.f("fk_sheet_conditions_shown_by_id_people"),
            initially="DEFERRED", deferrable=True,
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_sheet_conditions_cycle_id"), "sheet_conditions", ["cycle_id"])
