"""What coordinators are told of sheets: rows set aside, and since when a sheet can't be drawn."""

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sheet_asides",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("tab", sa.String(length=100), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("why", sa.String(length=100), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("edit", sa.String(length=32), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("found_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("told_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], name=op.f("fk_sheet_asides_cycle_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_asides")),
        sa.UniqueConstraint("cycle_id", "edit", "found_on", name=op.f("uq_sheet_asides_cycle_id_edit_found_on")),
    )
    with op.batch_alter_table("sheet_asides", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sheet_asides_cycle_id"), ["cycle_id"], unique=False)
    op.add_column("sheet_states", sa.Column("stopped_at", UtcDateTime(timezone=True), nullable=True))
