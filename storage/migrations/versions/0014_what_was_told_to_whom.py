"""The ledger of publications. What went out of a report before there was one may have told everything."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_NEW_ID = {"public": "substr(id, 1, 31) || 'p'", "briefing": "substr(id, 1, 31) || 'b'"}
_KEYS = (("cycle_id", "cycles"), ("report_id", "reports"), ("asked_by_id", "people"), ("released_by_id", "people"))


def upgrade() -> None:
    op.create_table(
        "publications",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("cycle_id", sa.String(32), nullable=False),
        sa.Column("audience", sa.String(20), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("report_id", sa.String(32), nullable=True),
        sa.Column("to_sub_group", sa.Boolean(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("asked_by_id", sa.String(32), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by_id", sa.String(32), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_publications_{column}"), deferrable=True, initially="DEFERRED"
            )
            for column, table in _KEYS
        ),
    )
    op.create_index(op.f("ix_publications_cycle_id"), "publications", ["cycle_id"])
    op.create_index(op.f("ix_publications_report_id"), "publications", ["report_id"])
    for what, column in (("public", "public_at"), ("briefing", "briefed_at")):
        op.execute(
            "INSERT INTO publications (id, cycle_id, audience, what, report_id, to_sub_group,"  # noqa: S608  # all ours
            " asked_by_id, asked_at, released_by_id, released_at)"
            f" SELECT {_NEW_ID[what]}, cycle_id, 'public', '{what}', id, (1 = 0), by_id, {column}, by_id, {column}"
            f" FROM reports WHERE {column} IS NOT NULL"
        )
    with op.batch_alter_table("reports") as reports:
        reports.drop_column("public_at")
        reports.drop_column("briefed_at")
