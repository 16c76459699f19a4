"""Audit tools have titles: what coordinators call them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit_tools", sa.Column("title", sa.String(100), nullable=False, server_default=""))
