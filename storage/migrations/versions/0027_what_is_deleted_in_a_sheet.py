"""What people delete in a sheet is told, and what they had there of their own is kept as it was last seen."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sheet_drift", sa.Column("kind", sa.String(10), nullable=False, server_default="cell"))
    op.create_table(
        "sheet_remarks",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("cycle_id", sa.String(32), nullable=False),
        sa.Column("tab_key", sa.String(40), nullable=False),
        sa.Column("row", sa.String(16), nullable=False),
        sa.Column("tab", sa.String(100), nullable=False),
        sa.Column("about", sa.String(200), nullable=False),
        sa.Column("held", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_remarks")),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], name=op.f("fk_sheet_remarks_cycle_id_cycles"),
            initially="DEFERRED", deferrable=True,
        ),
        sa.UniqueConstraint("cycle_id", "tab_key", "row", name=op.f("uq_sheet_remarks_cycle_id_tab_key_row")),
    )  # fmt: skip
