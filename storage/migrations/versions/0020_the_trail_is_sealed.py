"""The trail's entries are signed, to become links of chains, and the database refuses to change or delete them.

What was written before is signed as it stands.
"""

import secrets

import sqlalchemy as sa
from alembic import context, op

from storage import keys
from storage.crypto import Vault
from storage.guards import guard_the_trail
from storage.trail import TrailEntry, digest_of, mark_of
from storage.types import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BATCH = 1000


def upgrade() -> None:
    vault = context.config.attributes["vault"]
    if op.get_bind().scalar(sa.text("SELECT 1 FROM trail LIMIT 1")):
        keys.require_known(op.get_bind(), vault)
    with op.batch_alter_table("trail") as batch:
        batch.add_column(sa.Column("salt", sa.String(32), nullable=True))
        batch.add_column(sa.Column("digest", sa.String(64), nullable=True))
        batch.add_column(sa.Column("mark", sa.String(97), nullable=True))
        batch.add_column(sa.Column("place", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("link", sa.String(64), nullable=True))
    _sign(vault)
    with op.batch_alter_table("trail") as batch:
        batch.alter_column("digest", existing_type=sa.String(64), nullable=False)
    unsealed = sa.text("link IS NULL")
    op.create_index("ix_trail_unsealed", "trail", ["number"], postgresql_where=unsealed, sqlite_where=unsealed)
    op.create_table(
        "trail_forgotten",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("by_number", NUMBER, nullable=False, index=True),
    )
    op.create_table(
        "trail_head",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("head", sa.LargeBinary(), nullable=False),
    )
    guard_the_trail(op.get_bind())


def _sign(vault: Vault | None) -> None:
    """Sign every entry that is there."""
    names = ("at", "person_id", "actor", "verb", "cycle_id", "subject_id", "detail", "salt", "digest", "mark")
    rows = sa.table(
        "trail", sa.column("number"), *(sa.column(name, UtcDateTime() if name == "at" else None) for name in names)
    )
    unsigned = sa.select(*(rows.c[name] for name in ("number", *names[:7]))).order_by(rows.c.number).limit(BATCH)
    sign = sa.update(rows).where(rows.c.number == sa.bindparam("of")).values(
        salt=sa.bindparam("new_salt"), digest=sa.bindparam("new_digest"), mark=sa.bindparam("new_mark")
    )  # fmt: skip
    after = -1
    while vault and (found := op.get_bind().execute(unsigned.where(rows.c.number > after)).mappings().all()):
        signed = []
        for row in found:
            entry = TrailEntry(**row, salt=secrets.token_hex(16))
            digest = digest_of(entry)
            signed.append({
                "of": entry.number, "new_salt": entry.salt, "new_digest": digest, "new_mark": mark_of(vault, digest),
            })  # fmt: skip
        op.get_bind().execute(sign, signed)
        after = found[-1]["number"]
