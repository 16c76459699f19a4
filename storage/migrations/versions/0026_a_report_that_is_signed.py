"""What people write for a report, who signed which version, and when it was issued."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("reports") as reports:
        for name in ("asked", "issued"):
            reports.add_column(sa.Column(f"{name}_at", sa.DateTime(timezone=True), nullable=True))
            reports.add_column(sa.Column(f"{name}_by_id", sa.String(32), nullable=True))
            reports.create_foreign_key(
                op.f(f"fk_reports_{name}_by_id"), "people", [f"{name}_by_id"], ["id"],
                initially="DEFERRED", deferrable=True,
            )  # fmt: skip
    op.add_column("publications", sa.Column("unsigned", sa.LargeBinary(), nullable=True))
    _paragraphs()
    _signatures()


def _paragraphs() -> None:
    op.create_table(
        "paragraphs",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("cycle_id", sa.String(32), nullable=False),
        sa.Column("place", sa.String(20), nullable=False),
        sa.Column("theme_id", sa.String(32), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_by_id", sa.String(32), nullable=True),
        sa.Column("public_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paragraphs")),
        sa.UniqueConstraint("cycle_id", "place", "theme_id", name=op.f("uq_paragraphs_cycle_id_place_theme_id")),
        *(_key("paragraphs", *each) for each in (
            ("cycle_id", "cycles"), ("theme_id", "learning_themes"), ("by_id", "people"), ("public_by_id", "people"),
        )),
    )  # fmt: skip
    op.create_index(op.f("ix_paragraphs_cycle_id"), "paragraphs", ["cycle_id"])
    op.create_index(op.f("ix_paragraphs_theme_id"), "paragraphs", ["theme_id"])


def _signatures() -> None:
    op.create_table(
        "signatures",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("report_id", sa.String(32), nullable=False),
        sa.Column("party", sa.String(20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(10), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatures")),
        sa.UniqueConstraint("report_id", "party", "number", name=op.f("uq_signatures_report_id_party_number")),
        *(_key("signatures", *each) for each in (("report_id", "reports"), ("by_id", "people"))),
    )
    op.create_index(op.f("ix_signatures_report_id"), "signatures", ["report_id"])


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, initially="DEFERRED", deferrable=True)
