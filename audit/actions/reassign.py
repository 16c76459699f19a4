"""Change an action's owner to another role, another person or both. It is a step with a reason, like any other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.access import Actor, require_monitoring
from audit.actions import actions
from audit.actions import owner as owner_rules
from audit.actions.actions import ActionView
from audit.actions.add import NO_OWNER, OWNER
from audit.actions.step import NOTE, filled_from, newest
from audit.errors import Refused
from audit.filled_form import Filled
from audit.people.newcomers import LABEL_LIMIT, PERSON, questions, registered, registered_person
from audit.people.people import Profile
from audit.row_by_id import existing
from audit.screening import fields
from audit.screening.fields import TypedField
from audit.tools import LINE_LIMIT
from storage.actions import Action
from storage.clock import now
from storage.crypto import seal, unseal
from storage.people import Person

VERB = "action.own"


@dataclass(frozen=True)
class OwnerForm(Filled):
    """The form for a new owner. `record_id` is as in audit.actions.step.StepForm.

    `given`: field -> what the form shows in OWNER, NOTE and PERSON (a Slack user id).
    """

    record_id: str
    action: ActionView
    now: datetime
    given: Mapping[str, str] = field(default_factory=dict)


def begin(session: Session, who: Actor, action_id: str) -> OwnerForm:
    """The form with the current owner, for coordinators and the sub-group. Refused once the action is closed."""
    require_monitoring(who, VERB, action_id)
    action = actions.by_id(session, action_id)
    _require_open(action.state)
    return OwnerForm(
        newest(session, action), action, now(session), {OWNER: action.owner, PERSON: _named(session, action)}
    )


def _named(session: Session, action: ActionView) -> str:
    """The Slack user id of the named owner; "" if nobody is named, or that person has left."""
    named = select(Person.user_id).where(Person.id == action.owner_id, Person.active)
    return session.scalar(named) or ""


def _require_open(state: str) -> None:
    if state in actions.CLOSED:
        raise Refused("This action is closed, so its owner can't change. A coordinator can take it up again first.")


def check(session: Session, who: Actor, record_id: str) -> None:
    """Refuse this form to people who may not send it, before Slack is asked for a profile."""
    require_monitoring(who, VERB, filled_from(session, record_id)[1])


def pass_on(
    session: Session, who: Actor, record_id: str, given: Mapping[str, str], profile: Profile | None
) -> ActionView | OwnerForm:
    """Change an action's owner. `record_id` and `given` are as in OwnerForm. The same form sent again changes nothing.

    `profile`: the Slack profile of the person chosen, who is registered under the role if new; with None nobody is
    named, and the agency's leads get the reminders. If somebody else changed the action first, nothing is done and the
    form is returned with what was typed. Refused at the fields.
    """
    base, action_id = filled_from(session, record_id)
    require_monitoring(who, VERB, action_id)
    row = existing(session, Action, action_id, locked=True)
    owner, note = given.get(OWNER, "").strip(), given.get(NOTE, "").strip()
    if row.version != base:
        if row.version == base + 1 and _repeats(session, who, row, (owner, note), profile):
            return actions.by_id(session, action_id)
        action = actions.by_id(session, action_id)
        return OwnerForm(newest(session, action), action, now(session), given, again=True)
    _require_open(row.state)
    _check(session, who, owner, note, profile)
    person = registered(session, who, profile, owner[:LABEL_LIMIT]) if profile else None
    person_id = person.id if person else None
    former = (unseal(session, row, OWNER), row.owner_id)
    if (owner, person_id) == former:
        raise Refused("Nothing is changed. Say who owns it from now on, or choose somebody else.", OWNER)
    before = owner_rules.recipients(session, row.id)
    seal(session, row, OWNER, owner)
    row.owner_id = person_id
    actions.keep_step(session, who, row, note, former=former)
    owner_rules.tell(session, row, before)
    return actions.by_id(session, action_id)


def _repeats(session: Session, who: Actor, row: Action, sent: tuple[str, str], profile: Profile | None) -> bool:
    """Whether the newest step came from this same form, sent before."""
    last = actions.newest_step(session, row)
    if last.by_id != who.person_id or last.former_owner is None:
        return False
    person = registered_person(session, profile)
    stands = (unseal(session, row, OWNER), unseal(session, last, NOTE), row.owner_id)
    return (*sent, person.id if person else None) == stands


def _check(session: Session, who: Actor, owner: str, note: str, profile: Profile | None) -> None:
    texts = {OWNER: TypedField(owner, NO_OWNER, LINE_LIMIT), NOTE: TypedField(note, "Say why the owner is changing.")}
    fields.check(session, who, texts, beside=questions(session, profile))
