"""The ledger's entries for the sub-group and the agencies' leads: full editions, and posts that show figures.

These readers may read every released case, so the only rule for them is that figures count no other cases.
"""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from audit.access import Actor
from audit.cycle import board as board_rules
from audit.cycle import release
from audit.disclosure.published_before import ALL, THEME, Fact
from audit.report import contents, provenance, public_facts, published
from audit.report.publishable import Decision
from storage.clock import now
from storage.messages import Message, MessageKind
from storage.publications import Audience, Publication
from storage.reports import Edition, Report

_POSTS = {MessageKind.TALLY: Audience.SUB_GROUP, MessageKind.MATRIX: Audience.PARTNERSHIP}
"""The kinds of messages that show figures -> their audience."""


def note(session: Session, who: Actor | None, report: Report, audience: Audience) -> None:
    """Record in the ledger, once, that a full edition was sent to an audience."""
    same = {"report_id": report.id, "what": Edition.FULL, "audience": audience}
    if session.scalar(select(exists().where(*(getattr(Publication, name) == value for name, value in same.items())))):
        return
    row = Publication(cycle_id=report.cycle_id, **same)
    row.asked_by_id = row.released_by_id = who.person_id if who else None
    _left(session, row, public_facts.everything(contents.kept(session, report)))


def in_post(session: Session, row: Message) -> frozenset[Fact]:
    """The facts that a message's post in a channel would show now; empty if it shows no figures."""
    if row.kind not in _POSTS:
        return frozenset()
    board = release.counted(board_rules.board(session, row.cycle_id))
    themes = {Fact(THEME, each.theme, ALL, each.cases) for each in board.themes}
    numbers = [*provenance.tallied(board.tally), *provenance.sectioned(board.graded)]
    return frozenset(themes | {Fact(*key, number) for key, number in numbers})


def posted(session: Session, row: Message, facts: frozenset[Fact]) -> None:
    """Record in the ledger what a post showed."""
    if facts:
        audience = _POSTS[MessageKind(row.kind)]
        _left(session, Publication(cycle_id=row.cycle_id, audience=audience, what=row.kind), facts)


def _left(session: Session, row: Publication, facts: frozenset[Fact]) -> None:
    row.asked_at = row.released_at = now(session)
    session.add(row)
    published.put(session, row, Decision((), (), (), facts))
