"""The partnership's name, logo and Word template are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letterheads",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("part", sa.String(10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("by_id", sa.String(32), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letterheads")),
        sa.ForeignKeyConstraint(
            ["by_id"], ["people.id"], name=op.f("fk_letterheads_by_id_people"), initially="DEFERRED", deferrable=True,
        ),
        sa.UniqueConstraint("part", "number", name=op.f("uq_letterheads_part_number")),
    )  # fmt: skip
