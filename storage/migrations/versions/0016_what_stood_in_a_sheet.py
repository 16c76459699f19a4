"""What stood in a sheet when it was last looked at, so that only what changed need be read; and who draws it."""

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sheet_states") as batch:
        batch.add_column(sa.Column("looked_at", UtcDateTime(), nullable=True))
        batch.add_column(sa.Column("version", sa.String(40), nullable=True))
        batch.add_column(sa.Column("memory", sa.Text(), nullable=True))
        batch.add_column(sa.Column("drawers", sa.JSON(), nullable=True))
