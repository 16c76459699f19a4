"""What a return gave graded sections stands beside its grade, so that numbers are counted without opening its texts.

Versions that have them among their texts are read as they are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("return_versions") as batch:
        batch.add_column(sa.Column("sections", sa.JSON(), nullable=True))
