"""Stores what people change and delete in a sheet, and what they have of their own there when last seen."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.calendar import in_london
from jobs.attempts import Attempt
from sheets import seals
from sheets.changes import Changes
from sheets.find_edits import Drift, SetAside
from sheets.peoples_cells import Theirs
from sheets.text import clean
from storage.clock import now
from storage.crypto import seal, unseal
from storage.engine import Sessions
from storage.sheet_state import SheetAside, SheetDrift, SheetRemark, SheetState

_OWN_TAB = "sheet:"
"""Prefix of the key of a tab of people's own (sheets.peoples_cells)."""


def keep(sessions: Sessions, begun: Attempt[SheetState], todo: Changes) -> None:
    """Store people's edits before they are reverted, what they deleted, and the rows that are set aside.

    A repeated pass adds nothing. An attempt that was overtaken adds nothing either, as all this may have been removed.
    """
    if not (todo.drift or todo.set_aside):
        return
    with sessions.begin() as session:
        sheet_id = begun.row(session).id
        common = _found(session, sheet_id)
        _add(session, common, [_as_last_seen(session, sheet_id, each) for each in todo.drift])
        for aside in _unknown(session, SheetAside, common, {each.id: each for each in todo.set_aside}):
            alike = todo.set_aside.count(aside)
            session.add(SheetAside(**common, **_where(aside), edit=aside.id, why=aside.why[:100], count=alike))


def _found(session: Session, sheet_id: str) -> dict[str, Any]:
    moment = now(session)
    return {"sheet_id": sheet_id, "found_on": in_london(moment).date(), "found_at": moment}


def _add(session: Session, found: Mapping[str, Any], drift: Iterable[Drift]) -> None:
    for each in _unknown(session, SheetDrift, found, {each.id: each for each in drift}):
        row = SheetDrift(**found, **_where(each), kind=each.kind, edit=each.id, column=each.column[:100])
        seal(session, row, "found", clean(each.found))
        session.add(row)


def _as_last_seen(session: Session, sheet_id: str, drift: Drift) -> Drift:
    """A deleted row or tab with what people had there; an edited cell unchanged."""
    if drift.kind == "cell":
        return drift
    wanted = [SheetRemark.sheet_id == sheet_id, SheetRemark.tab_key == drift.lost_from]
    if drift.kind == "row":
        wanted.append(SheetRemark.row == seals.key_digest(drift.row_key))
    rows = session.scalars(select(SheetRemark).where(*wanted).order_by(SheetRemark.about, SheetRemark.id)).all()
    named = drift.kind == "tab"
    texts = [(f"{row.about}\n" if named and row.about else "") + unseal(session, row, "held") for row in rows]
    return replace(drift, found="\n\n".join(texts), tab=rows[0].tab if named and rows else drift.tab)


Edited = TypeVar("Edited", Drift, SetAside)


def _unknown(
    session: Session, table: type[SheetDrift] | type[SheetAside], found: Mapping[str, Any], each: dict[str, Edited]
) -> list[Edited]:
    """The edits in `each` (by id) that weren't stored yet today."""
    today = [table.sheet_id == found["sheet_id"], table.found_on == found["found_on"], table.edit.in_(each)]
    known = set(session.scalars(select(table.edit).where(*today))) if each else set()
    return [one for key, one in each.items() if key not in known]


def _where(one: Drift | SetAside) -> dict[str, str]:
    """The columns `tab`, the tab's title, and `about`, the row in words."""
    return {"tab": clean(one.tab)[:100], "about": one.about[:200]}


@dataclass(frozen=True)
class _Place:
    """Where something of people's own is, as stored in its database row."""

    tab_key: str
    row: str


def see(session: Session, sheet_id: str, theirs: Sequence[Theirs]) -> None:
    """Store what people have of their own, after all of the sheet was read.

    A tab of their own that no longer exists is stored as deleted; what they removed elsewhere is forgotten.
    """
    moment = now(session)
    rows = session.scalars(select(SheetRemark).where(SheetRemark.sheet_id == sheet_id)).all()
    known = {_Place(row.tab_key, row.row): row for row in rows}
    seen = {_place(each): each for each in theirs if each.held}
    gone = {place.tab_key for place in known} - {each.tab_key for each in theirs}
    _add(session, _found(session, sheet_id), _lost_tabs(session, known, gone))
    for place, row in known.items():
        if place not in seen:
            session.delete(row)
    for place, own in seen.items():
        remark = known.get(place)
        shown = (clean(own.title)[:100], own.about[:200], own.held)
        if remark is not None and shown == (remark.tab, remark.about, unseal(session, remark, "held")):
            continue
        row = remark or SheetRemark(sheet_id=sheet_id, tab_key=place.tab_key, row=place.row)
        row.tab, row.about, row.seen_at = *shown[:2], moment
        seal(session, row, "held", own.held)
        session.add(row)


def _place(theirs: Theirs) -> _Place:
    return _Place(theirs.tab_key, seals.key_digest(theirs.row_key) if theirs.row_key else "")


def _lost_tabs(session: Session, known: Mapping[_Place, SheetRemark], gone: Container[str]) -> Iterator[Drift]:
    """The tabs of people's own that no longer exist, with what was on them."""
    for place, row in known.items():
        if place.tab_key in gone and place.tab_key.startswith(_OWN_TAB):
            yield Drift(row.tab, "", "", "", "", unseal(session, row, "held"), "", place.tab_key)
