"""When a case is ratified: a cycle's quorum, and why a grade was moderated before the meeting."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cycles", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quorum", sa.String(length=10), nullable=False, server_default="50%"))

    with op.batch_alter_table("moderations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("exception", sa.LargeBinary(), nullable=True))
