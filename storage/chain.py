"""The trail's entries as links of hash chains: one chain for each cycle, and one for entries that belong to no cycle.

The worker seals them. A chain follows the order in which its entries were sealed, which is that of their numbers except
for entries that were committed late.
"""

import json
from dataclasses import dataclass, field

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.orm import Session

from storage.conflicts import insert
from storage.crypto import WrongKey, bound_to, unseal, vault_of
from storage.engine import Sessions
from storage.faults import fault
from storage.trail import TrailEntry, TrailHead, is_ours, link_of

BATCH = 100
"""Number of entries sealed in one transaction."""
NO_CYCLE = ""
"""The name of the chain for entries that belong to no cycle."""
_ROW = "trail"


@dataclass(frozen=True)
class ChainHead:
    """How many entries a chain has, and its last link ("" while it has no entries)."""

    count: int = 0
    link: str = ""


@dataclass
class Sealed:
    """`count`: how many entries were sealed.

    `strange`: the numbers of entries that were changed, or aren't marked with any key that is set.
    """

    count: int = 0
    strange: list[int] = field(default_factory=list)


def seal(sessions: Sessions, most: int | None = None) -> Sealed:
    """Seal the unsealed entries, about `most` of them (None: all).

    Only one worker seals at a time, and one that is killed leaves the chains intact. WrongKey if the heads can't be
    trusted.
    """
    sealed = Sealed()
    with sessions.reading() as session:
        waiting = session.scalar(select(exists().where(TrailEntry.link.is_(None))))
    after: int | None = 0
    while waiting and after is not None and (most is None or sealed.count < most):
        with sessions.begin() as session:
            after = _seal(session, after, sealed)
            fault("seal.before_commit")
        fault("seal.after_commit")
    return sealed


def heads(session: Session) -> dict[str, ChainHead]:
    """Chain (a cycle's id, or NO_CYCLE) -> its head; empty if nothing was sealed yet. WrongKey."""
    row = session.get(TrailHead, _ROW)
    return _read(session, row) if row else {}


def _seal(session: Session, after: int, sealed: Sealed) -> int | None:
    """Seal one batch of entries numbered above `after`. Returns the last one's number, or None if there are no more."""
    row = _locked(session)
    head_of = _read(session, row)
    if not head_of and session.scalar(select(exists().where(TrailEntry.link.is_not(None)))):
        raise WrongKey(_bound(), "is missing, though entries were sealed")
    unsealed = select(TrailEntry).where(TrailEntry.number > after, TrailEntry.link.is_(None))
    entries = session.scalars(unsealed.order_by(TrailEntry.number).limit(BATCH)).all()
    links = []
    for trail_entry in entries:
        if not is_ours(vault_of(session), trail_entry):
            sealed.strange.append(trail_entry.number)
            continue
        chain = trail_entry.cycle_id or NO_CYCLE
        before = head_of.get(chain, ChainHead())
        head = head_of[chain] = ChainHead(before.count + 1, link_of(before.link, trail_entry, before.count + 1))
        links.append({"of": trail_entry.number, "its_place": head.count, "its_link": head.link})
    if links:
        entry = update(TrailEntry).where(TrailEntry.number == bindparam("of"))
        link = entry.values(place=bindparam("its_place"), link=bindparam("its_link"), mark=None)
        session.connection().execute(link, links)
        row.head = sealed_heads(session, head_of)
    sealed.count += len(links)
    return entries[-1].number if len(entries) == BATCH else None


def _locked(session: Session) -> TrailHead:
    """The row with the heads, locked until this transaction ends, as the previous holder of the lock committed it."""
    first = insert(session, TrailHead).values(id=_ROW, head=sealed_heads(session, {}))
    session.execute(first.on_conflict_do_nothing())
    return session.get_one(TrailHead, _ROW, with_for_update=True, populate_existing=True)


def sealed_heads(session: Session, found: dict[str, ChainHead]) -> bytes:
    """The heads of all chains (chain's name -> head), sealed as they are stored in their one row."""
    text = json.dumps({chain: [head.count, head.link] for chain, head in found.items()})
    return vault_of(session).seal(text, _bound())


def _bound() -> str:
    return bound_to(TrailHead.__tablename__, _ROW, "head")


def _read(session: Session, row: TrailHead) -> dict[str, ChainHead]:
    return {chain: ChainHead(count, link) for chain, (count, link) in json.loads(unseal(session, row, "head")).items()}
