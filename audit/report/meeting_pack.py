"""Meeting packs: everything about a meeting's cases in one document, for those who run the meeting only."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from audit import cycle_facts, trail
from audit.access import Actor, require_chairing
from audit.cases.summary import CaseView
from audit.cycle import board
from audit.cycle.tally import Count
from audit.delivery import ledger
from audit.errors import Refused
from audit.meeting import agenda
from audit.meeting.agenda import Agenda
from audit.retention import due
from storage.cycles import Cycle, CycleState
from storage.messages import MessageKind

VERB = "pack.ask"
"""The trail's name for asking for a pack."""


@dataclass(frozen=True)
class Pack:
    """A meeting's agenda, its `cases` with full texts in the same order, and the self-grades of its areas.

    For a chair, a case that isn't released shows only who has answered, and isn't counted.
    """

    agenda: Agenda
    cases: tuple[CaseView, ...]
    self_grades: dict[str, Count]


def ask(session: Session, who: Actor, meeting_id: str) -> Agenda:
    """Have the pack sent to this person by DM: once, until it would say something else.

    Their reading of every case in it is recorded. NotFound; Refused for a cycle that was cancelled or purged.
    """
    require_chairing(who, VERB, meeting_id)
    pack_agenda = agenda.agenda(session, who, meeting_id)
    cycle = session.get_one(Cycle, pack_agenda.cycle_id)
    due.require_posts(session, cycle, "no pack of it is sent")
    if cycle.state == CycleState.CANCELLED:
        raise Refused(f"Audit {pack_agenda.cycle_number} was cancelled, so there is nothing to prepare.")
    as_it_is = replace(pack_agenda, now=datetime.min.replace(tzinfo=UTC)), agenda.in_full(session, who, pack_agenda)
    said = hashlib.sha256(repr(as_it_is).encode()).hexdigest()
    key = f"{MessageKind.PACK}:{meeting_id}:{who.person_id}:{said[:16]}"
    ledger.insert(
        session, MessageKind.PACK, pack_agenda.cycle_id, meeting_id, person_id=who.person_id, key=key,
    )  # fmt: skip
    trail.reading(session, who, VERB, subject_id=meeting_id, cycle_id=pack_agenda.cycle_id)
    for item in (each for each in pack_agenda.items if not each.case.concealed):
        trail.reading(
            session, who, "summary.read",
            subject_id=item.case.id, cycle_id=pack_agenda.cycle_id, detail=f"{item.case.reference} in a meeting pack",
        )  # fmt: skip
    return pack_agenda


def pack(session: Session, who: Actor, meeting_id: str) -> Pack | None:
    """The pack as it is now, for a person who may still read it; None once its cycle was cancelled."""
    require_chairing(who, VERB, meeting_id)
    pack_agenda = agenda.agenda(session, who, meeting_id)
    if session.get_one(Cycle, pack_agenda.cycle_id).state == CycleState.CANCELLED:
        return None
    cases = agenda.in_full(session, who, pack_agenda)
    counted = board.tally(
        cycle_facts.view(session, pack_agenda.cycle_id), [case for case in cases if not case.concealed]
    )
    return Pack(pack_agenda, cases, {area: counted.own_of(area) for area in pack_agenda.areas})
