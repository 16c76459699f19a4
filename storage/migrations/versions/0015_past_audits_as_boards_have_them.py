"""Past audits with a name in place of a number, grades of sections, and areas with long names."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("past_cycles", schema=None) as batch_op:
        batch_op.alter_column("number", existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column("name", sa.String(length=40), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_past_cycles_name"), ["name"])
    with op.batch_alter_table("past_results", schema=None) as batch_op:
        batch_op.add_column(sa.Column("section", sa.String(length=75), nullable=True))
        batch_op.alter_column("area", existing_type=sa.String(length=20), type_=sa.String(length=75))
