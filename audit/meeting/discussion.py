"""What a meeting sees of a case while it discusses it, for those who oversee the audit."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from audit import moment as moment_rules
from audit import trail
from audit.access import CHAIRING, MONITORING, Actor, require_overseeing
from audit.actions import actions
from audit.actions.actions import ActionView
from audit.cases import graded_sections, judgements, summary
from audit.cases.judgements import JudgementView, ReopeningView
from audit.cases.summary import CaseView
from audit.meeting import agenda, positions
from audit.meeting.agenda import AgendaItem, AgendaPlace
from audit.moment import Moment
from audit.pasted import fingerprint
from audit.proposal import proposed
from audit.returns import immediate
from audit.tools import Section
from storage.actions import Action
from storage.clock import now
from storage.cycles import Cycle
from storage.people import RoleKind

VERB = "case.ratify"
"""The trail's name for ratifying, which is also part of the mark of everything that a judgement depends on."""


@dataclass(frozen=True)
class Discussion:
    """All that a meeting sees of a case. `item`: the facts that decide its position on the agenda.

    `proposal`: the key of the grade that the cycle's `rule` proposes, or None; `proposals`: the same for each graded
    section, by its key. `judgements` (replaced or ended by a re-opening) and `reopenings` are newest first. The flags
    say what the reader may do: `judges` (ratify), `moderates`, `records` (write findings), `reopens`, `acts` (add an
    action). `place`: the case's position on its meeting's agenda, or None if the case was withdrawn.
    """

    case: CaseView
    item: AgendaItem
    now: datetime
    rule: str
    proposal: str | None
    moment: Moment
    actions: tuple[ActionView, ...]
    judgements: tuple[JudgementView, ...] = ()
    reopenings: tuple[ReopeningView, ...] = ()
    judges: bool = False
    moderates: bool = False
    records: bool = False
    reopens: bool = False
    acts: bool = False
    place: AgendaPlace | None = None
    proposals: Mapping[str, str | None] = field(default_factory=dict)


def open_discussion(session: Session, who: Actor, case_id: str) -> Discussion:
    """The discussion of a case, for coordinators, the chair and the sub-group; the reading is recorded."""
    about = discussion(session, who, case_id)
    record_reading(session, who, "case.discuss", about.case)
    return about


def record_reading(session: Session, who: Actor, verb: str, case: CaseView) -> None:
    """Record in the trail that this person read what is known about the case."""
    trail.reading(session, who, verb, subject_id=case.id, cycle_id=case.cycle_id, detail=case.reference)


def discussion(session: Session, who: Actor, case_id: str) -> Discussion:
    """The discussion of a case, without recording a reading: for callers whose reader has it open already."""
    require_overseeing(who, "case.discuss", case_id)
    case_view = summary.summary(session, case_id)
    cycle = session.get_one(Cycle, case_view.cycle_id)
    moment = moment_of(session, case_view, cycle)
    case = summary.as_read_by(who, case_view, moment.now)
    if concealed := case is not case_view:
        moment = replace(moment, immediate=())
    chairs, changes, members = who.has(*CHAIRING), who.has(RoleKind.COORDINATOR), who.has(*MONITORING)
    judged, standing = (
        not case.withdrawn and cycle.state in states for states in (moment_rules.OPEN, moment_rules.STANDING)
    )
    at_it = not moment.early
    discussed = at_it or case.released_at is not None or case.judgement is not None or case.reopened_at is not None
    return Discussion(
        case=case,
        item=agenda.ordered([case], {case.reference: len(moment.immediate)})[0],
        now=moment.now,
        rule=cycle.proposal,
        proposal=proposed(cycle.proposal, case.scale, [line.settled for line in case.lines]),
        moment=moment,
        actions=() if concealed else actions.of(session, Action.case_id == case_id),
        judgements=() if concealed else judgements.ended(session, case_id),
        reopenings=() if concealed else judgements.reopenings(session, case_id),
        judges=chairs and judged,
        moderates=chairs and judged and (at_it or case.released_at is not None) and case.judgement is None,
        records=changes and standing and discussed,
        reopens=changes and standing and case.judgement is not None,
        acts=members and standing and discussed,
        place=agenda.place(session, who, case_id),
        proposals={section.key: _proposed(cycle.proposal, case, section) for section in case.tool.graded},
    )


def _proposed(rule: str, case: CaseView, section: Section) -> str | None:
    spread = graded_sections.spread(case, section)
    return proposed(rule, spread.scale, [each.result for each in spread.given.values()])


def moment_of(session: Session, case: CaseView, cycle: Cycle) -> Moment:
    """The circumstances in which the case would be ratified now (audit.moment.Moment)."""
    urgent = [each for each in immediate.open_ones(session, case.cycle_id) if each.reference == case.reference]
    returned = [(line.return_id, line.version) for line in case.lines]
    contributors = positions.contributors(session, case.id)
    attendance = [(each.agency_id, each.present) for each in contributors]
    return Moment(
        meeting_at=case.meeting_at,
        now=now(session),
        rule=cycle.quorum,
        contributors=contributors,
        missing=tuple(line.agency for line in case.unanswered),
        immediate=tuple(each.agency for each in urgent),
        mark=fingerprint(VERB, case.id, returned, attendance, [(each.id, each.acknowledged_at) for each in urgent]),
    )
