"""The first schema. It has the number of the last step that led to it before anything was released."""

from alembic import op

from storage.migrations.first import SCHEMA

revision = "0012"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    SCHEMA.create_all(op.get_bind(), checkfirst=False)
