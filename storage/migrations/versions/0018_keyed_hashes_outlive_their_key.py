"""What keyed hashes are made with is kept when their key is taken out."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("key_probes") as batch:
        batch.add_column(sa.Column("marking", sa.LargeBinary(), nullable=True))
