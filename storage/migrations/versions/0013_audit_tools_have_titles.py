"""Audit tools have titles: what coordinators call them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("audit_tools", schema=None) as batch_op:
        batch_op.add_column(sa.Column("title", sa.String(length=100), nullable=False, server_default=""))
