"""The form for a new action, from a recommendation or from a case's discussion."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import moment
from audit.access import Actor, require_monitoring
from audit.actions import actions
from audit.actions.actions import ActionView
from audit.calendar import chosen, in_london
from audit.errors import NotFound, Refused, refuse
from audit.people.agencies import MOST_AGENCIES
from audit.people.newcomers import LABEL_LIMIT, PERSON, questions, registered, registered_person
from audit.people.people import Profile
from audit.row_by_id import existing
from audit.screening import fields, screen
from audit.screening.fields import TypedField
from audit.tools import LINE_LIMIT
from storage.actions import Action, Recommendation, RecommendationAgency
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import Cycle
from storage.people import Agency
from storage.types import new_id

WHAT, AGENCY, OWNER, DUE = "what", "agency", "owner", "due"
"""The form's fields, besides newcomers.PERSON: the Slack user who gets the reminders."""
_GONE = "The case or recommendation that this action belongs to no longer exists."


@dataclass(frozen=True)
class NewActionForm:
    """The form for a new action of the case (`reference`) or recommendation (its number) with the id `source_id`.

    `action_id` is generated when the form is opened, so that sending it twice makes one action. `agencies`: (id,
    label), those concerned first.
    """

    source_id: str
    action_id: str
    cycle_number: int
    now: datetime
    reference: str | None
    recommendation: int | None
    agencies: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ActionSource:
    """What an action comes from: either a recommendation or a case. The other is None."""

    cycle: Cycle
    recommendation: Recommendation | None
    case: Case | None


def begin(session: Session, who: Actor, source_id: str) -> NewActionForm:
    """The form, for coordinators and the sub-group. Refused unless actions can be added to the audit now."""
    require_monitoring(who, "action.add", source_id)
    source = find_source(session, source_id)
    _require_open(session, source)
    return NewActionForm(
        source_id=source_id,
        action_id=new_id(),
        cycle_number=source.cycle.number,
        now=now(session),
        reference=source.case.reference if source.case else None,
        recommendation=source.recommendation.number if source.recommendation else None,
        agencies=_agencies(session, source),
    )


def find_source(session: Session, source_id: str, *, locked: bool = False) -> ActionSource:
    """The recommendation or case with this id. NotFound if it is gone or withdrawn. `locked`: lock its cycle."""
    recommendation = session.get(Recommendation, source_id)
    case = session.get(Case, source_id) if recommendation is None else None
    row = recommendation or case
    if row is None:
        raise NotFound(_GONE)
    cycle = existing(session, Cycle, row.cycle_id, locked=locked)
    if locked:
        session.refresh(row)  # re-read it under the cycle's lock
    if row.withdrawn_at is not None:
        raise NotFound(_GONE)
    return ActionSource(cycle, recommendation, case)


def _require_open(session: Session, source: ActionSource) -> None:
    moment.require(source.cycle, moment.STANDING, "no action can be added to it")
    if source.case is not None:
        moment.require_discussed(session, source.case, "Actions can be added")


def _agencies(session: Session, source: ActionSource) -> tuple[tuple[str, str], ...]:
    every = session.execute(select(Agency.id, Agency.label).order_by(Agency.label)).all()
    concerned = set(
        session.scalars(
            select(RecommendationAgency.agency_id).where(RecommendationAgency.recommendation_id == _id(source))
            if source.recommendation
            else select(Involvement.agency_id).where(
                Involvement.case_id == _id(source), Involvement.withdrawn_at.is_(None)
            )
        )
    )
    ordered = sorted(every, key=lambda each: each.id not in concerned)
    return tuple((agency_id, label) for agency_id, label in ordered[:MOST_AGENCIES])


def _id(source: ActionSource) -> str | None:
    row = source.recommendation or source.case
    return row.id if row else None


def add(  # noqa: PLR0917  # a form: its source, the new id, and the answers
    session: Session, who: Actor, source_id: str, action_id: str, given: Mapping[str, str], profile: Profile | None
) -> str:
    """Add an action under the id that its form carries, and return that id. The same form sent again adds nothing.

    `given`: field -> text. `profile`: the Slack profile of the person chosen, or None; a new person is registered under
    the owner's role. Refused at the fields; also if the form is sent again with other answers, since an action's text
    can't be changed.
    """
    require_monitoring(who, "action.add", source_id)
    source = find_source(session, source_id, locked=True)
    existing_action = session.get(Action, action_id)
    if existing_action is not None:
        if source_id not in {existing_action.case_id, existing_action.recommendation_id}:
            raise NotFound("This form was for something else. Please close it and open it again.")
        _require_repeated(session, actions.by_id(session, action_id), given, profile)
        return action_id
    _require_open(session, source)
    due_on = checked(given, in_london(now(session)).date())
    screen.screen(session, who, {field: given[field] for field in (WHAT, OWNER)}, questions(session, profile))
    agency_id = given.get(AGENCY) or None
    if agency_id and session.get(Agency, agency_id) is None:
        raise Refused("This agency no longer exists. Please choose again.", AGENCY)
    owner = given[OWNER].strip()
    person = registered(session, who, profile, owner[:LABEL_LIMIT]) if profile else None
    row = Action(
        id=action_id,
        cycle_id=source.cycle.id,
        recommendation_id=source.recommendation.id if source.recommendation else None,
        case_id=source.case.id if source.case else None,
        agency_id=agency_id,
        owner_id=person.id if person else None,
        due_on=due_on,
    )
    actions.make(session, who, row, given[WHAT].strip(), owner)
    return row.id


def _require_repeated(session: Session, there: ActionView, given: Mapping[str, str], profile: Profile | None) -> None:
    """Refuse a repeated form whose answers differ from its action. Later steps may have changed date and owner."""
    stored = {WHAT: there.text, AGENCY: there.agency_id or ""}
    if there.version == 0:
        stored |= {OWNER: there.owner, DUE: there.due_on.isoformat(), PERSON: there.owner_id or ""}
    person = registered_person(session, profile)
    sent = {**given, PERSON: person.id if person else ""}
    if any(sent.get(field, "").strip() != stands for field, stands in stored.items()):
        raise Refused(
            f"{there.title} was added before you changed this form, and stands as it was then. Its due day and owner"
            " can be changed; if it should say something else, drop it and add another.",
            WHAT,
        )


def checked(given: Mapping[str, str], today: date) -> date:
    """The due date. Refused at each field that is missing or too long, or whose date is past."""
    what = TypedField(given.get(WHAT, ""), "Say what is to be done.")
    wrong = fields.faults({WHAT: what, OWNER: TypedField(given.get(OWNER, ""), NO_OWNER, LINE_LIMIT)})
    due_on = chosen(given.get(DUE, ""))
    if due_on is None:
        wrong[DUE] = "Choose the day by which it is to be done."
    elif due_on < today:
        wrong[DUE] = PAST
    refuse(wrong)
    assert due_on is not None  # noqa: S101  # refused above
    return due_on


PAST = "That day has passed. Choose today or a later day."
NO_OWNER = "Say who owns it: a role, not a name."
