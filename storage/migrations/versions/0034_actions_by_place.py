"""An action's number is one within its case or recommendation, no longer within its audit; those there are stay."""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("actions") as batch:
        batch.drop_constraint("uq_actions_cycle_id_number", type_="unique")
        for place in ("recommendation_id", "case_id"):
            batch.create_unique_constraint(f"uq_actions_{place}_number", [place, "number"])
