"""People: whether they are still in Slack, which roles nobody has, which agencies have no lead."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.access import coordinators
from audit.labels import within
from audit.moment import OPEN
from audit.people import answering
from audit.role_in_force import in_force
from bot.doctor.means import Means, Slack
from bot.doctor.results import LookResult, note, ok, problem
from jobs.attempts import NeedsPerson, TokenRefused
from storage.clock import now
from storage.cycles import Cycle
from storage.people import Person, Role, RoleKind
from views.parts import count_of

MOST = 90
"""Number of people about whom Slack is asked: it accepts a hundred such questions a minute."""


@dataclass(frozen=True)
class _Registered:
    """A person who has a role now."""

    user_id: str
    label: str


def accounts(given: Means) -> Iterator[LookResult]:
    """Whether everybody who has a role is still in Slack."""
    with given.reading() as session:
        people = _people(session)
    if not people:
        yield ok("Nobody has a role yet.")
        return
    slack, gone = given.slack(), 0
    for person in people[:MOST]:
        trouble = _gone(slack, person.user_id)
        if trouble:
            gone += 1
            yield problem(
                f"{person.label} ({person.user_id}) {trouble}, but still has a role. A coordinator can end it under"
                " People on Home, and give it to somebody else."
            )
    asked = min(MOST, len(people))
    if not gone:
        yield ok(f"{count_of(asked, 'person with a role is', 'people with a role are')} in Slack.")
    if len(people) > asked:
        yield note(f"{len(people) - asked} more weren't checked: Slack takes a hundred such questions a minute.")


def _gone(slack: Slack, user_id: str) -> str:
    """What happened to a person's Slack account, in words; "" if they are in Slack."""
    try:
        user = slack.part("users.info", "user", user=user_id)
    except (NeedsPerson, TokenRefused) as refusal:
        return f"can't be found in Slack ({refusal.sentence.rstrip('.')})"
    if user.get("deleted"):
        return "no longer has a Slack account"
    return "is an app, not a person" if user.get("is_bot") else ""


def _people(session: Session) -> Sequence[_Registered]:
    held = select(Role.person_id).where(in_force(now(session)))
    registered = select(Person.user_id, Person.label).where(Person.active, Person.id.in_(held)).order_by(Person.label)
    return [_Registered(user_id, label) for user_id, label in session.execute(registered)]


def roles(given: Means) -> Iterator[LookResult]:
    """Whether there are a coordinator and a chair, and a lead for each agency that has yet to answer."""
    with given.reading() as session:
        kinds = set(session.scalars(select(Role.kind).join(Person).where(Person.active, in_force(now(session)))))
        coordinated = bool(coordinators(session))
        cycles = session.execute(select(Cycle.id, Cycle.number).where(Cycle.state.in_(OPEN)).order_by(Cycle.number))
        alone = [
            (number, place)
            for cycle_id, number in cycles
            for place in answering.audience(session, cycle_id, deputies=False).without_lead
        ]
    if not coordinated and given.whole is not None and given.whole.first_coordinator:
        yield note(
            f"There is no coordinator yet: {given.whole.first_coordinator} is made one when the web process starts."
        )
    elif not coordinated:
        yield problem(
            "There is no coordinator, so nobody can set anything up. Set FIRST_COORDINATOR to your workspace's id and"
            " your own, and restart the web process."
        )
    for number, place in alone:
        yield problem(
            f"{within(place.agency, place.area)} has no lead, and has yet to answer in audit {number}. A coordinator"
            " can choose a lead under People on Home, or enter its returns."
        )
    if coordinated and not alone:
        yield ok("There is a coordinator, and every agency that has yet to answer has a lead.")
    nobody = ((RoleKind.CHAIR, "There is no chair"), (RoleKind.SUB_GROUP_MEMBER, "Nobody is in the sub-group"))
    for kind, what in nobody:
        if coordinated and kind not in kinds:
            yield note(f"{what} yet. A coordinator can choose people for this under People on Home.")
