"""A sheet has a row of its own, so that an audit may have several; what hung on the audit hangs on its sheet."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

HANGING: dict[str, tuple[str, Sequence[str]]] = {
    "sheet_conditions": ("fk_sheet_conditions_cycle_id_cycles", ()),
    "sheet_drift": ("fk_sheet_drift_cycle_id", ("edit", "found_on")),
    "sheet_remarks": ("fk_sheet_remarks_cycle_id_cycles", ("tab_key", "row")),
    "sheet_asides": ("fk_sheet_asides_cycle_id", ("edit", "found_on")),
}
"""Table -> its key to cycles, and the columns that are unique together with that."""
INDEXED = ("sheet_conditions", "sheet_drift", "sheet_asides")
UNTOLD = ("sheet_drift", "sheet_asides")


def upgrade() -> None:
    _states()
    for table, (key, unique) in HANGING.items():
        _hang(table, key, unique)
    op.drop_column("cycles", "spreadsheet_id")
    op.add_column("messages", sa.Column("sheet_id", sa.String(32), nullable=True))
    op.execute("UPDATE messages SET sheet_id = cycle_id WHERE kind IN ('drift', 'sheet_stopped')")


def _states() -> None:
    op.drop_index("ix_sheet_states_behind", "sheet_states")
    with op.batch_alter_table("sheet_states") as batch:
        batch.drop_constraint("fk_sheet_states_cycle_id", type_="foreignkey")
        batch.alter_column("cycle_id", new_column_name="id", existing_type=sa.String(32), existing_nullable=False)
    with op.batch_alter_table("sheet_states") as batch:
        batch.add_column(sa.Column("cycle_id", sa.String(32), nullable=True))
        batch.add_column(sa.Column("agency_id", sa.String(32), nullable=True))
        batch.add_column(sa.Column("area_id", sa.String(32), nullable=True))
        batch.add_column(sa.Column("spreadsheet_id", sa.String(128), nullable=True))
        batch.add_column(sa.Column("reflections", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch.add_column(sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE sheet_states SET cycle_id = id,"
        " spreadsheet_id = (SELECT spreadsheet_id FROM cycles WHERE cycles.id = sheet_states.id)"
    )
    with op.batch_alter_table("sheet_states") as batch:
        batch.alter_column("cycle_id", existing_type=sa.String(32), nullable=False)
        for column, to in (("cycle_id", "cycles"), ("agency_id", "agencies"), ("area_id", "areas")):
            _refer(batch, "sheet_states", column, to)
        batch.create_unique_constraint("uq_sheet_states_cycle_id_agency_id", ["cycle_id", "agency_id"])
        batch.create_unique_constraint("uq_sheet_states_cycle_id_area_id", ["cycle_id", "area_id"])
    behind = sa.text("delivered < wanted")
    op.create_index(
        "ix_sheet_states_behind", "sheet_states", ["next_try_at"], postgresql_where=behind, sqlite_where=behind
    )


def _hang(table: str, key: str, unique: Sequence[str]) -> None:
    """What hung on the cycle hangs on its sheet, which bears the same id."""
    if table in INDEXED:
        op.drop_index(f"ix_{table}_cycle_id", table)
    if table in UNTOLD:
        op.drop_index(f"ix_{table}_untold", table)
    named = "_".join(unique)
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(key, type_="foreignkey")
        if unique:
            batch.drop_constraint(f"uq_{table}_cycle_id_{named}", type_="unique")
        batch.alter_column("cycle_id", new_column_name="sheet_id", existing_type=sa.String(32), existing_nullable=False)
    with op.batch_alter_table(table) as batch:
        _refer(batch, table, "sheet_id", "sheet_states")
        if unique:
            batch.create_unique_constraint(f"uq_{table}_sheet_id_{named}", ["sheet_id", *unique])
    if table in INDEXED:
        op.create_index(f"ix_{table}_sheet_id", table, ["sheet_id"])
    if table in UNTOLD:
        untold = sa.text("told_at IS NULL")
        op.create_index(f"ix_{table}_untold", table, ["found_at"], postgresql_where=untold, sqlite_where=untold)


def _refer(batch: BatchOperations, table: str, column: str, to: str) -> None:
    key = f"fk_{table}_{column}"
    batch.create_foreign_key(key, to, [column], ["id"], deferrable=True, initially="DEFERRED")
