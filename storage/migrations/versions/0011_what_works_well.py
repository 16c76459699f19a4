"""What works well: a learning theme that is a strength, and needs no recommendation."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("learning_themes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("strength", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("learning_themes", schema=None) as batch_op:
        batch_op.alter_column("strength", server_default=None)
