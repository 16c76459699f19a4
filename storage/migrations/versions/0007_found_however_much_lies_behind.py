"""Found however much lies behind: indexes for what is open, behind or in trouble among all that there ever was."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_cases_area_id", table_name="cases")
    op.drop_index("ix_cycle_areas_area_id", table_name="cycle_areas")
    op.drop_index("ix_involvements_agency_id", table_name="involvements")
    op.drop_index("ix_messages_person_id", table_name="messages")
    op.create_index("ix_messages_person_id_kind_subject_id", "messages", ["person_id", "kind", "subject_id"])
    op.create_index("ix_messages_subject_id_kind", "messages", ["subject_id", "kind"])
    op.create_index("ix_actions_state", "actions", ["state"])
    op.create_index("ix_cycles_state", "cycles", ["state"])
    _some("ix_messages_troubled", "messages", "created_at", "state = 'set_aside' OR error IS NOT NULL")
    _some("ix_declines_waiting", "declines", "asked_at", "decided_at IS NULL")
    _some("ix_immediate_actions_open", "immediate_actions", "raised_at", "closed_at IS NULL")
    _some("ix_sheet_states_behind", "sheet_states", "next_try_at", "delivered < wanted")
    _some("ix_sheet_drift_untold", "sheet_drift", "found_at", "told_at IS NULL")
    _some("ix_sheet_asides_untold", "sheet_asides", "found_at", "told_at IS NULL")


def _some(name: str, table: str, column: str, which: str) -> None:
    """An index of the rows for which `which` is so."""
    op.create_index(name, table, [column], postgresql_where=sa.text(which), sqlite_where=sa.text(which))
