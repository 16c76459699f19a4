"""Who may do what. It is decided here, from the database, at every click; a payload's claims count for nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    literal,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from audit.errors import NotAllowed
from audit.role_in_force import in_force
from storage.cases import Case, Involvement
from storage.clock import now
from storage.denied import DeniedName
from storage.people import SIGNING, Cover, Person, Role, RoleKind, Workspace
from storage.types import UtcDateTime, plain_rows

ANSWERING = (RoleKind.AGENCY_LEAD, RoleKind.DEPUTY)
OVERSEEING = (RoleKind.COORDINATOR, RoleKind.CHAIR, RoleKind.SUB_GROUP_MEMBER)
MONITORING = (RoleKind.COORDINATOR, RoleKind.SUB_GROUP_MEMBER)
CHAIRING = (RoleKind.COORDINATOR, RoleKind.CHAIR)
RELEASED = Case.released_at.is_not(None)
"""A condition on Case: its summary is released. Only such cases count in numbers that others than coordinators see."""


@dataclass(frozen=True)
class Grant:
    """A role in force, or a cover for one. `agency_id` is None without an agency, `area_id` for all areas."""

    kind: str
    agency_id: str | None
    area_id: str | None


@dataclass(frozen=True)
class Actor:
    """The registered person who asks, with the roles that are in force now.

    `said`: the marks of the questions that they confirmed in the form that they sent: that a text identifies nobody
    (audit.screening.screen), or that an unusual choice is meant. `names`: whether the partnership has a list of denied
    names; it is read together with the roles, at no cost.
    """

    person_id: str
    label: str
    grants: tuple[Grant, ...]
    said: frozenset[str] = frozenset()
    names: bool = True

    def has(self, *kinds: RoleKind) -> bool:
        """Whether any role in force is of one of these kinds."""
        return any(grant.kind in kinds for grant in self.grants)

    def answers_for(self, agency_id: str, area_id: str) -> bool:
        """Whether this person is the agency's lead or deputy in that area."""
        return any(
            grant.kind in ANSWERING and grant.agency_id == agency_id and grant.area_id in (None, area_id)
            for grant in self.grants
        )

    def answers_somewhere_for(self, agency_id: str) -> bool:
        """Whether this person is the agency's lead or deputy in any area."""
        return any(grant.kind in ANSWERING and grant.agency_id == agency_id for grant in self.grants)


def sees_all(who: Actor | None) -> bool:
    """Whether this person's numbers count every case: true for a coordinator, and for the command line (None)."""
    return who is None or who.has(RoleKind.COORDINATOR)


def counted_for(who: Actor | None) -> ColumnElement[bool]:
    """A condition on Case: it counts in the numbers that this person sees (all cases, or the released ones)."""
    return true() if sees_all(who) else RELEASED


_MOMENT = bindparam("moment", type_=UtcDateTime())


def _people() -> Select[Any]:
    """Select each person once for each role or cover in force at `moment`, and at least once."""
    held = select(Role.person_id, Role.kind, Role.agency_id, Role.area_id).where(in_force(_MOMENT))
    covered = (
        select(Cover.person_id, literal(RoleKind.DEPUTY.value), Role.agency_id, Role.area_id)
        .join(Role, Role.id == Cover.role_id)
        .where(Cover.until > _MOMENT, in_force(_MOMENT))
    )
    grant = union_all(held, covered).subquery()
    return (
        select(
            Person.id,
            Person.label,
            Person.active,
            grant.c.kind,
            grant.c.agency_id,
            grant.c.area_id,
            exists(select(DeniedName.id)).label("names"),
        )
        .join(Workspace, Workspace.id == Person.workspace_id)
        .outerjoin(grant, grant.c.person_id == Person.id)
    )


_BEHIND = _people().where(Workspace.team_id == bindparam("team_id"), Person.user_id == bindparam("user_id"))
_PERSON = _people().where(Person.id == bindparam("person_id"))


def actor(session: Session, team_id: str, user_id: str) -> Actor:
    """The person with this Slack user id. NotAllowed if they aren't registered, or their registration has ended."""
    return _actor(session, _BEHIND, team_id=team_id, user_id=user_id)


def of_person(session: Session, person_id: str) -> Actor:
    """A person with the roles that are in force now. NotAllowed if their registration has ended."""
    return _actor(session, _PERSON, person_id=person_id)


def _actor(session: Session, people: Select[Any], **which: str) -> Actor:
    rows = plain_rows(session, people, {"moment": now(session), **which}).all()
    person = rows[0] if rows else None
    if person is None or not person.active:
        raise NotAllowed(
            "You are not registered for this audit. Your coordinator can add you.",
            verb="enter",
            person_id=person.id if person else None,
        )
    grants = tuple(Grant(row.kind, row.agency_id, row.area_id) for row in rows if row.kind is not None)
    return Actor(person.id, person.label, grants, names=person.names)


_Values = Sequence[object] | BindParameter[Any]


def _answered(agencies: _Values, everywhere: _Values, places: _Values) -> ColumnElement[bool]:
    in_areas = tuple_(Involvement.agency_id, Case.area_id).in_(places)
    there = or_(Involvement.agency_id.in_(everywhere), in_areas)
    return and_(Involvement.agency_id.in_(agencies), there)  # implied by the other condition, but an index serves it


ANSWERED = _answered(bindparam("agencies"), bindparam("everywhere"), bindparam("places"))
"""A condition on Involvement and Case, with `answering`'s values as parameters: they answer for that agency there."""


def answering(who: Actor) -> dict[str, Sequence[object]]:
    """The ids of what a person answers for: all `agencies`; agencies `everywhere`; (agency, area) pairs in `places`."""
    held = [grant for grant in who.grants if grant.kind in ANSWERING]
    return {
        "agencies": [grant.agency_id for grant in held],
        "everywhere": [grant.agency_id for grant in held if grant.area_id is None],
        "places": [(grant.agency_id, grant.area_id) for grant in held if grant.area_id is not None],
    }


def answered_by(who: Actor) -> ColumnElement[bool]:
    """The condition ANSWERED with this person's values filled in."""
    return _answered(**answering(who))


_COORDINATORS = (
    select(Person.id)
    .distinct()
    .join(Role, Role.person_id == Person.id)
    .where(Person.active, Role.kind == RoleKind.COORDINATOR, in_force(_MOMENT))
    .order_by(Person.id)
)


def coordinators(session: Session) -> tuple[str, ...]:
    """The ids of the people who are coordinators now."""
    return tuple(person_id for (person_id,) in plain_rows(session, _COORDINATORS, {"moment": now(session)}))


def require_answering(who: Actor, agency_id: str, area_id: str, return_id: str) -> None:
    """Refuse anyone but the agency's lead or deputy. For others who may answer, see audit.returns.who_may_answer."""
    if not who.answers_for(agency_id, area_id):
        _refuse(who, "You can't open this return: others answer for it.", "return.answer", return_id)


def require_reading_summary(who: Actor, case_id: str, involved: set[tuple[str, str]], *, released: bool) -> None:
    """Refuse a summary to anyone who neither oversees audits nor (once `released`) answers for an involved agency.

    `involved`: (agency id, area id) of each agency in the case.
    """
    if who.has(*OVERSEEING):
        return
    if not any(who.answers_for(agency_id, area_id) for agency_id, area_id in involved):
        _refuse(who, "You can't read this summary: your agency is not involved in the case.", "summary.read", case_id)
    if not released:
        _refuse(who, "This summary has not been released yet.", "summary.read", case_id)


def require_audit(who: Actor, cycle_id: str, *, reads: bool) -> None:
    """Refuse an audit to a person who neither oversees all audits nor `reads` the summary of one of its cases."""
    if not (reads or who.has(*OVERSEEING)):
        sentence = "You can't look at this audit: your agency is not involved, or none of its summaries is released."
        _refuse(who, sentence, "archive.read", cycle_id)


def require_dates(who: Actor, verb: str, cycle_id: str, *, answers: bool) -> None:
    """Refuse an audit's dates to a person who neither `answers` in it nor oversees all audits."""
    if not (answers or who.has(*OVERSEEING)):
        _refuse(who, "You have nothing to do in this audit, so you can't get its dates.", verb, cycle_id)


def require_history(who: Actor, agency_id: str, area_id: str, return_id: str) -> None:
    """Refuse anyone but coordinators and the agency's own lead and deputy."""
    if not (who.has(RoleKind.COORDINATOR) or who.answers_for(agency_id, area_id)):
        _refuse(
            who,
            "You can't see what became of this return: others answer for it.",
            "history.read",
            return_id,
        )


def require_overseeing(who: Actor, verb: str, subject_id: str) -> None:
    """Refuse anyone but coordinators, chairs and members of the sub-group."""
    if not who.has(*OVERSEEING):
        _refuse(who, "Only coordinators, the chair and the sub-group can see this.", verb, subject_id)


def require_signing(who: Actor, verb: str, subject_id: str, *, signs: bool = False) -> None:
    """Refuse anyone who neither signs reports off nor, unless `signs`, is a coordinator."""
    if not (who.has(*SIGNING) or (who.has(RoleKind.COORDINATOR) and not signs)):
        _refuse(who, "Only those who sign the report off can do this.", verb, subject_id)


def require_chairing(who: Actor, verb: str, subject_id: str) -> None:
    """Refuse anyone but coordinators and chairs, who run the meetings."""
    if not who.has(*CHAIRING):
        _refuse(who, "Only a coordinator or the chair can do this.", verb, subject_id)


def require_monitoring(who: Actor, verb: str, subject_id: str) -> None:
    """Refuse anyone but coordinators and members of the sub-group, who recommend and follow up."""
    if not who.has(*MONITORING):
        _refuse(who, "Only a coordinator or a member of the sub-group can do this.", verb, subject_id)


def require_action(who: Actor, verb: str, action_id: str, *, owns: bool) -> None:
    """Refuse an action to a person who neither owns it nor oversees all audits."""
    if not (owns or who.has(*OVERSEEING)):
        _refuse(who, "You can't see this action: others own it.", verb, action_id)


def require_stepping(who: Actor, verb: str, action_id: str, *, owns: bool) -> None:
    """Refuse a step to anyone but the action's owner, a coordinator or a sub-group member. The chair only reads it."""
    require_action(who, verb, action_id, owns=owns)
    if not (owns or who.has(*MONITORING)):
        _refuse(who, "Only its owner, a coordinator or a member of the sub-group can do this.", verb, action_id)


def require_lead_or_deputy(who: Actor, verb: str, subject_id: str) -> None:
    """Refuse anyone who isn't a lead or a deputy of some agency."""
    if not who.has(*ANSWERING):
        _refuse(who, "Only an agency's lead or deputy can do this.", verb, subject_id)


def require_coordinator(who: Actor, verb: str, subject_id: str | None = None) -> None:
    """Refuse anyone but coordinators."""
    if not who.has(RoleKind.COORDINATOR):
        _refuse(who, "Only a coordinator can do this.", verb, subject_id)


def _refuse(who: Actor, sentence: str, verb: str, subject_id: str | None) -> NoReturn:
    raise NotAllowed(sentence, verb=verb, person_id=who.person_id, subject_id=subject_id)
