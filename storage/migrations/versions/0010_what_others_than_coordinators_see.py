"""What others than coordinators see: unreleased grades in a sheet, and what left the partnership of a report."""

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cycles", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unreleased_in_sheet", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("cycles", schema=None) as batch_op:
        batch_op.alter_column("unreleased_in_sheet", server_default=None)

    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.add_column(sa.Column("public_at", UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("briefed_at", UtcDateTime(timezone=True), nullable=True))
    for column, edition in (("public_at", "public"), ("briefed_at", "briefing")):
        _fill(column, edition)


def _fill(column: str, edition: str) -> None:
    """When an edition was first made, as far as was kept: a copy by message, or a line of the register."""
    op.execute(
        f"UPDATE reports SET {column} = (SELECT min(created_at) FROM messages WHERE kind = 'report'"  # noqa: S608
        f" AND subject_id = reports.id AND key LIKE 'report:{edition}:%')"
    )
    op.execute(
        f"UPDATE reports SET {column} = (SELECT min(sent_at) FROM distributions WHERE report_id = reports.id"  # noqa: S608
        f" AND edition = '{edition}') WHERE {column} IS NULL"
    )
