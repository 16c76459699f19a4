"""A cycle says which period it looks at; "" where nobody said."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cycles", sa.Column("period", sa.String(100), nullable=False, server_default=""))
