"""Graded sections: the meeting ratifies each, and may moderate what an agency gave it."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("judgements") as batch:
        batch.add_column(sa.Column("sections", sa.JSON(), nullable=True))
    with op.batch_alter_table("moderations") as batch:
        batch.add_column(sa.Column("section", sa.String(64), nullable=False, server_default=""))
        batch.drop_constraint("uq_moderations_return_id_number", type_="unique")
        batch.create_unique_constraint("uq_moderations_return_id_section_number", ["return_id", "section", "number"])
