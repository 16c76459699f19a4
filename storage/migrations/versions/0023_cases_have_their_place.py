"""A case has its place: its area at one of its meetings; an area may have several. Areas may have long names."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("areas") as batch:
        batch.alter_column("label", existing_type=sa.String(length=20), type_=sa.String(length=75))
    with op.batch_alter_table("cycle_areas") as batch:
        batch.drop_constraint("uq_cycle_areas_cycle_id_area_id", type_="unique")
        batch.create_unique_constraint(
            "uq_cycle_areas_cycle_id_area_id_meeting_id", ["cycle_id", "area_id", "meeting_id"]
        )
    with op.batch_alter_table("cases") as batch:
        batch.add_column(sa.Column("place_id", sa.String(32), nullable=True))
    op.execute(
        "UPDATE cases SET place_id = (SELECT cycle_areas.id FROM cycle_areas"
        " WHERE cycle_areas.cycle_id = cases.cycle_id AND cycle_areas.area_id = cases.area_id)"
    )
    with op.batch_alter_table("cases") as batch:
        batch.alter_column("place_id", existing_type=sa.String(length=32), nullable=False)
        batch.create_foreign_key(
            "fk_cases_place_id", "cycle_areas", ["place_id"], ["id"], deferrable=True, initially="DEFERRED"
        )
    op.create_index(op.f("ix_cases_place_id"), "cases", ["place_id"])
