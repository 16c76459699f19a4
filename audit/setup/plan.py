"""Planning a cycle: proposing, checking and storing its own settings, which can be changed until it opens."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit import days_off, trail
from audit import quorum as quorum_rules
from audit.access import Actor, require_coordinator
from audit.calendar import chosen, deadline, in_london, on
from audit.errors import NotFound, Refused
from audit.filled_form import newest_act, require_no_other
from audit.library import tools
from audit.past import audits
from audit.pasted import faults
from audit.people.agencies import take_turns
from audit.proposal import NONE
from audit.row_by_id import existing
from audit.scales import SCALES, Scale
from audit.screening import screen
from audit.setup import load, previous_audit, scale_choice
from audit.setup.description import TEXTS, CycleSetup
from audit.setup.scale_choice import OWN, OWN_GRADES, SCALE
from storage.clock import now
from storage.cycles import AuditTool, Cycle, CycleArea, CycleState, audit_name
from storage.meetings import Meeting
from storage.past import PastCycle
from storage.people import Person, Workspace
from storage.promises import PromiseKind, promise
from storage.sheet_state import SheetState
from storage.types import new_id

VERB = "cycle.plan"
_EDIT = "cycle.edit"
_ACTS = (_EDIT, "sheet.readers")
"""The trail's names for what changes a plan."""
TAKEN = "as"
"""The beginning of the mark of a new cycle's form that was filled from an earlier cycle."""
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Plan:
    """A cycle's own settings as its form shows them. `fresh`: it isn't stored yet.

    `cycle_id` exists before the cycle does, so that sending a form twice creates one cycle. `scales` and `tools` (key,
    title) are those that can be chosen. `own_grades`: a board's own grades as text (scale_choice.own); `brought`: the
    tool's own scale, which takes precedence, or None. `reflections`, `unreleased`: whether the sheet shows reflections,
    and grades of cases that aren't released. `period`: the time that the audit covers, or "". `key_holder`: who knows
    which child a reference means; a new cycle is proposed the newest one's. `earlier`: the number of the audit whose
    settings a new one can take over, or None; `taken`: what was taken over, if it was. `mark`: of a stored
    cycle's form.
    """

    cycle_id: str
    fresh: bool
    number: int
    title: str
    theme: str
    origin: str
    scale: str
    tool: str
    due_on: date | None
    summary_days: int
    channel: str
    reflections: bool
    unreleased: bool
    proposal: str
    quorum: str
    period: str
    key_holder: str
    scales: tuple[Scale, ...]
    tools: tuple[tuple[str, str], ...]
    own_grades: str = ""
    brought: Scale | None = None
    earlier: int | None = None
    taken: "Taken | None" = None
    mark: str = ""

    @property
    def name(self) -> str:
        """The audit's name, as displayed everywhere."""
        return audit_name(self.title, self.number)


@dataclass(frozen=True)
class Taken:
    """What was taken over from cycle `number`. `lost`: sentences about settings that no longer apply.

    `period`, `key_holder`: whether these were taken over; an audit may have none, or an outdated period.
    """

    number: int
    lost: tuple[str, ...] = ()
    period: bool = False
    key_holder: bool = False


def propose(session: Session, who: Actor) -> Plan:
    """An empty plan with the next number, for a coordinator."""
    require_coordinator(who, VERB)
    newest = (session.scalar(select(func.max(Cycle.number))), session.scalar(select(func.max(PastCycle.number))))
    number = max(each or 0 for each in newest) + 1
    before = previous_audit.newest(session, but="")
    return Plan(
        cycle_id=new_id(), fresh=True, number=number, title="", theme="", origin="", scale="inspection",
        tool="single_agency", due_on=None, summary_days=3, channel="", reflections=True, unreleased=True,
        proposal=NONE, quorum=quorum_rules.DEFAULT, period="",
        key_holder=session.scalar(select(Cycle.key_holder).order_by(Cycle.number.desc()).limit(1)) or "",
        scales=tuple(SCALES.values()), tools=_tools(session), earlier=before.number if before else None,
    )  # fmt: skip


def _tools(session: Session) -> tuple[tuple[str, str], ...]:
    """(key, title) of the audit tools that can be chosen."""
    return tuple(tools.offered(session).items())


def current(session: Session, who: Actor, cycle_id: str) -> Plan:
    """A planned cycle's settings, for a coordinator; Refused once it is open."""
    require_coordinator(who, VERB, cycle_id)
    cycle = planned(session, cycle_id)
    return replace(
        set_up_as(session, propose(session, who), cycle),
        cycle_id=cycle.id, fresh=False, number=cycle.number, title=cycle.title, theme=cycle.theme, origin=cycle.origin,
        due_on=cycle.due_on, earlier=None, mark=str(newest_act(session, [cycle.id], *_ACTS)),
    )  # fmt: skip


def set_up_as(session: Session, plan: Plan, cycle: Cycle) -> Plan:
    """The plan with another cycle's settings, except that cycle's own number, titles, origin and deadline.

    The newest version of that cycle's tool is used, with the tool's own scale if it has one. If the cycle has no period
    or key holder, the plan's stay.
    """
    tool = tools.newest(session, session.get_one(AuditTool, cycle.tool_id).key)
    graded = Scale.from_json(cycle.scale) if tool.scale is None else next(iter(SCALES.values()))
    scale = scale_choice.choice(graded)
    return replace(
        plan,
        scale=scale, own_grades=scale_choice.written(graded) if scale == OWN else "", brought=tool.scale, tool=tool.key,
        summary_days=cycle.summary_days, channel=cycle.sub_group_channel, reflections=cycle.reflections_in_sheet,
        unreleased=cycle.unreleased_in_sheet, proposal=cycle.proposal, quorum=cycle.quorum,
        period=cycle.period or plan.period, key_holder=cycle.key_holder or plan.key_holder,
    )  # fmt: skip


def typed(session: Session, who: Actor, cycle_id: str, answers: Mapping[str, str]) -> Plan:
    """The form with what has been entered so far, for a coordinator; nothing is stored."""
    stored = session.get(Cycle, cycle_id) is not None
    plan = current(session, who, cycle_id) if stored else replace(propose(session, who), cycle_id=cycle_id)
    texts: dict[str, Any] = {name: answers.get(name, "") for name in (*TEXTS, SCALE, OWN_GRADES, "proposal", "quorum")}
    tool = answers.get("tool", "")
    days, number = answers.get("summary_days", ""), _whole(answers.get("number", ""))
    return replace(
        plan,
        **texts,
        tool=tool,
        brought=tools.newest(session, tool).scale if tool in tools.offered(session) else None,
        number=number if isinstance(number, int) else plan.number,
        due_on=chosen(answers.get("due", "")),
        summary_days=int(days) if days.isdecimal() else plan.summary_days,
        channel=answers.get("sub_group_channel", ""),
        reflections=answers.get("reflections", "") != "no",
        unreleased=answers.get("unreleased", "") != "no",
    )


def planned(session: Session, cycle_id: str, *, locked: bool = False) -> Cycle:
    """A cycle that can still be planned; NotFound, or Refused because it is open or over."""
    cycle = existing(session, Cycle, cycle_id, locked=locked)
    if cycle.state != CycleState.PLANNED:
        raise Refused(
            f"Audit {cycle.number} isn't being planned any more: what can change now is under “Manage this audit”."
        )
    return cycle


def save(session: Session, who: Actor, cycle_id: str, answers: Mapping[str, str], seen: str = "") -> Plan:
    """Store a cycle's settings (field -> answer); Refused at each field at fault.

    Sending a new cycle's form again changes the cycle that it made. `seen`: the form's mark. Refused at `number` if
    somebody else has changed the cycle since, unless it has these values already.
    """
    require_coordinator(who, VERB, cycle_id)
    take_turns(session)
    is_new = session.get(Cycle, cycle_id) is None
    before = None if is_new else planned(session, cycle_id, locked=True).due_on
    described = _described(session, who, answers, before)
    _check(session, cycle_id, described)
    if is_new:
        _plan(session, who, cycle_id, described)
    else:
        _change(session, who, cycle_id, described, seen)
    session.flush()
    return current(session, who, cycle_id)


def _described(session: Session, who: Actor, answers: Mapping[str, str], before: date | None) -> CycleSetup:
    """The answers as a CycleSetup. `before`: the stored deadline, which may be on a non-working day."""
    texts = {field: answers.get(field, "") for field in TEXTS}
    screen.screen(session, who, texts, days_off.questions({"due": chosen(answers.get("due", ""))}, {"due": before}))
    given: dict[str, object] = {field: answers.get(field, "") for field in (*TEXTS, SCALE, "tool", "sub_group_channel")}
    given[SCALE] = given[SCALE] or next(iter(SCALES))  # not asked if the audit tool has its own
    if given[SCALE] == OWN:
        known = map(Scale.from_json, session.scalars(select(Cycle.scale)))
        given[SCALE] = scale_choice.own(answers.get(OWN_GRADES, ""), known)
    try:
        return CycleSetup.model_validate({
            **given,
            "number": _whole(answers.get("number", "")),
            "summary_days": _whole(answers.get("summary_days", "")),
            "due": {"on": answers.get("due") or None},
            "reflections_in_sheet": answers.get("reflections", "") != "no",
            "unreleased_in_sheet": answers.get("unreleased", "") != "no",
            "proposal": answers.get("proposal") or NONE,
            "quorum": answers.get("quorum") or quorum_rules.DEFAULT,
        })  # fmt: skip
    except ValidationError as error:
        fields = {field: _WORDS.get(field, said) for field, said in faults(error).items()}
        raise Refused("Some answers can't be kept as they are.", fields=fields) from None


_WORDS = {
    "number": "Please write a whole number from 1 to 9999.",
    "summary_days": "Please choose a number of working days from 0 to 20.",
    "due": "Please choose a day.",
    "sub_group_channel": "Please choose a private channel.",
    "proposal": "Please choose one of the rules.",
    "quorum": "Please write a number of agencies from 1 (3), a share of them (50%), or all. 0 is no quorum.",
}


def _whole(text: str) -> int | str:
    return int(text) if text.strip().isascii() and text.strip().isdecimal() and len(text) < 9 else text  # noqa: PLR2004


def _check(session: Session, cycle_id: str, described: CycleSetup) -> None:
    """Refuse settings that contradict what is stored."""
    other = select(Cycle.id).where(Cycle.number == described.number, Cycle.id != cycle_id)
    if session.scalar(other) is not None:
        raise Refused(f"Audit {described.number} is set up already. Please choose another number.", field="number")
    audits.require_unused(session, described.number, field="number")
    scale_choice.chosen(described)
    if described.tool not in tools.offered(session):
        raise Refused("There is no such audit tool.", field="tool")
    due = due_on(session, described)
    if deadline(due) <= now(session):
        raise Refused("That day has passed. Please choose a later one.", field="due")
    earliest = session.scalar(select(func.min(Meeting.starts_at)).join(CycleArea).where(CycleArea.cycle_id == cycle_id))
    if earliest is not None and in_london(earliest).date() < due:
        raise Refused(
            f"A meeting of this audit is on {on(in_london(earliest).date())}, before that day. Please choose an earlier"
            " one, or move the meeting first.",
            field="due",
        )


def due_on(session: Session, described: CycleSetup) -> date:
    """The date of a described cycle's deadline, counted from today if need be; Refused at `due`."""
    if described.due.on is None and described.due.in_working_days is None:
        raise Refused(_WORDS["due"], field="due")
    return described.due.date(in_london(now(session)).date())


def _plan(session: Session, who: Actor, cycle_id: str, described: CycleSetup) -> None:
    if not _ID.fullmatch(cycle_id):
        raise NotFound("This form no longer works. Please open it again from Home.")
    workspace = session.get_one(Workspace, session.get_one(Person, who.person_id).workspace_id)
    load.cycle(session, described, workspace, cycle_id)
    session.add(SheetState.of_all(cycle_id))
    trail.record(session, who, "cycle.set_up", subject_id=cycle_id, cycle_id=cycle_id)


def _change(session: Session, who: Actor, cycle_id: str, described: CycleSetup, seen: str) -> None:
    cycle = session.get_one(Cycle, cycle_id)
    facts = load.facts(session, described)
    if any(getattr(cycle, name) != value for name, value in facts.items()):
        stands = "what is set now differs from what you saw, so copy what you typed"
        require_no_other(session, who, cycle_id, _ACTS, seen, stands, "number")
        for name, value in facts.items():
            setattr(cycle, name, value)
        trail.record(session, who, _EDIT, subject_id=cycle_id, cycle_id=cycle_id)
        promise(session, PromiseKind.CYCLE, cycle_id, now(session))
