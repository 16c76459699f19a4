"""How long what is kept is kept: legal holds, and what was removed when its time was over."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("cycle_id", sa.String(32), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.String(32), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_holds")),
        *(_key("legal_holds", column, table) for column, table in _OF_A_HOLD),
    )
    op.create_index(op.f("ix_legal_holds_cycle_id"), "legal_holds", ["cycle_id"])
    op.create_table(
        "purges",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("cycle_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purges")),
        sa.UniqueConstraint("cycle_id", "kind", name=op.f("uq_purges_cycle_id_kind")),
        _key("purges", "cycle_id", "cycles"),
    )
    op.create_index(op.f("ix_purges_cycle_id"), "purges", ["cycle_id"])


_OF_A_HOLD = (("cycle_id", "cycles"), ("by_id", "people"), ("lifted_by_id", "people"))


def _key(of: str, column: str, table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{of}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name, deferrable=True, initially="DEFERRED")
