"""Changing the words that describe an open audit: its title, theme, origin, period, and who holds the key."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import moment, trail
from audit.access import Actor
from audit.errors import Refused
from audit.filled_form import Filled, newest_act
from audit.pasted import faults, fingerprint
from audit.retention import due
from audit.screening import screen
from audit.setup.description import TEXTS, Description
from audit.underway.change import Follows, follows, under_way
from storage.clock import now
from storage.cycles import Cycle, CycleState, audit_name
from storage.promises import PromiseKind, promise
from storage.reports import Report

VERB = "description.change"
REPORTED = ("title", "theme", "origin", "period")
"""The fields that the report and the sheet show."""
_ASKED = ("title", "theme", "period", "key_holder")
"""The fields that a request shows."""
_COUNTED = ("title", "theme", "period")
"""The fields that a tally shows."""
_AMONG = (CycleState.COLLECTING, *moment.REPORTABLE)
_SO = "it stays as it is"


@dataclass(frozen=True)
class OlderVersion:
    """A report's newest version, which shows the earlier words. `asked`: its sign-offs have been asked for."""

    number: int
    asked: bool


@dataclass(frozen=True)
class DescriptionChange(Filled):
    """A cycle's description `before` and `after`; the rest: see audit.underway.dates.DeadlineMove.

    `older`: the report's newest version, if it shows something else; or None.
    """

    cycle_id: str
    number: int
    before: Description
    after: Description | None = None
    follows: Follows | None = None
    older: OlderVersion | None = None

    @property
    def name(self) -> str:
        """The audit's name before the change."""
        return audit_name(self.before.title, self.number)

    @property
    def name_after(self) -> str:
        """The audit's name after the change."""
        return audit_name((self.after or self.before).title, self.number)

    @property
    def changed(self) -> tuple[str, ...]:
        """The fields that change."""
        return tuple(each for each in TEXTS if self.after and getattr(self.before, each) != getattr(self.after, each))


def open_form(session: Session, who: Actor, cycle_id: str) -> DescriptionChange:
    """The form, for a coordinator, from the cycle's opening for as long as reports of it can be made."""
    return _as_it_is(session, _describable(session, who, cycle_id))


def changeable(session: Session, cycle: Cycle) -> bool:
    """Whether the cycle's description can be changed now."""
    return cycle.state in _AMONG and not due.texts_removed(session, cycle)


def change(session: Session, who: Actor, cycle_id: str, typed: Mapping[str, str], seen: str = "") -> DescriptionChange:
    """Change the description to what was typed, once `seen` proves that the consequences were displayed.

    If it reads so already, nothing changes (`done`, or Refused if the form was sent unchanged). If somebody else
    changed it after the form was opened, the form is shown `again`. Refused at the fields at fault.
    """
    form = _as_it_is(session, _describable(session, who, cycle_id, locked=True))
    after = _described(session, who, typed)
    if after == form.before:
        if seen in {"", form.mark}:
            raise Refused("Nothing is changed.", fields=dict.fromkeys(TEXTS, "That is what it already says."))
        return replace(form, after=after, done=True)
    form, opened = replace(form, after=after), form.mark
    cycle = session.get_one(Cycle, cycle_id)
    following, older = _following(session, cycle, form.changed), _older(session, cycle_id, form.changed)
    mark = fingerprint(opened, after, following, older)
    form = replace(form, follows=following, older=older, mark=mark)
    if seen != mark:
        return replace(form, again=seen not in {"", opened})
    for field in TEXTS:
        setattr(cycle, field, getattr(after, field))
    trail.record(session, who, VERB, subject_id=cycle_id, cycle_id=cycle_id, detail=", ".join(form.changed))
    promise(session, PromiseKind.CYCLE, cycle_id, now(session))
    return replace(form, done=True)


def _describable(session: Session, who: Actor, cycle_id: str, *, locked: bool = False) -> Cycle:
    cycle = under_way(session, who, VERB, cycle_id, locked=locked, among=_AMONG)
    due.require_texts(session, cycle, _SO)
    return cycle


def _as_it_is(session: Session, cycle: Cycle) -> DescriptionChange:
    before = Description.model_construct(**{field: getattr(cycle, field) for field in TEXTS})
    mark = fingerprint(VERB, cycle.id, before, newest_act(session, [cycle.id], VERB))
    return DescriptionChange(cycle.id, cycle.number, before, mark=mark)


def _described(session: Session, who: Actor, typed: Mapping[str, str]) -> Description:
    texts = {field: typed.get(field, "") for field in TEXTS}
    screen.screen(session, who, texts)
    try:
        return Description.model_validate(texts)
    except ValidationError as error:
        raise Refused("Some answers can't be kept as they are.", fields=faults(error)) from None


def _following(session: Session, cycle: Cycle, changed: tuple[str, ...]) -> Follows:
    """The consequences of changing these fields."""
    every, named = follows(session, cycle), "title" in changed

    def says(fields: tuple[str, ...]) -> bool:
        return not {*fields}.isdisjoint(changed)

    return Follows(
        told=every.told if says(_ASKED) else (),
        summaries=every.summaries if named else (),
        agenda=every.agenda and named,
        board=every.board and says(_COUNTED),
        sheet=every.sheet and says(REPORTED),
    )


def _older(session: Session, cycle_id: str, changed: tuple[str, ...]) -> OlderVersion | None:
    newest = select(Report).where(Report.cycle_id == cycle_id).order_by(Report.version.desc()).limit(1)
    report = None if {*REPORTED}.isdisjoint(changed) else session.scalar(newest)
    return OlderVersion(report.version, report.asked_at is not None) if report else None
