"""What people wrote and was kept as it was written is sealed: who owns an action, came, gave a return, got a report."""

import sqlalchemy as sa
from alembic import context, op

from storage import keys
from storage.crypto import bound_to

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MAY_BE_EMPTY = {
    ("actions", "owner"): False,
    ("action_steps", "former_owner"): True,
    ("attendances", "who"): True,
    ("distributions", "audience"): False,
    ("return_versions", "given_by"): True,
}


def upgrade() -> None:
    written = {place: _written(*place) for place in MAY_BE_EMPTY}
    vault = context.config.attributes["vault"]
    if any(written.values()):
        keys.require_known(op.get_bind(), vault)
    for (table, column), nullable in MAY_BE_EMPTY.items():
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("sealed", sa.LargeBinary(), nullable=True))
        rows = sa.table(table, sa.column("id"), sa.column("sealed"))
        for row_id, text in written[table, column]:
            sealed = vault.seal(text, bound_to(table, row_id, column))
            op.execute(sa.update(rows).where(rows.c.id == row_id).values(sealed=sealed))
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column)
            batch.alter_column("sealed", new_column_name=column, existing_type=sa.LargeBinary(), nullable=nullable)


def _written(table: str, column: str) -> list[tuple[str, str]]:
    """The id of each row with something there, and what it is."""
    rows = sa.table(table, sa.column("id"), sa.column(column))
    found = op.get_bind().execute(sa.select(rows.c.id, rows.c[column]).where(rows.c[column] != ""))
    return [(row_id, text) for row_id, text in found]
