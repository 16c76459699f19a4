"""Actions: what agencies are to do, who owns each, how far it has got, and whether it changed practice."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from audit import action_names, trail
from audit.access import OVERSEEING, Actor
from audit.action_names import SHOWN_TO_OTHERS
from audit.actions import owner as owner_rules
from audit.calendar import in_london
from audit.delivery import ledger
from audit.errors import NotFound
from storage.actions import Action, ActionState, ActionStep, Recommendation
from storage.cases import Case
from storage.clock import now
from storage.crypto import seal, seal_any, unseal, unseal_any
from storage.cycles import Cycle, CycleState
from storage.messages import MessageKind
from storage.people import Agency, Person, RoleKind
from storage.promises import PromiseKind, promise
from storage.types import LOCK

OWED = (ActionState.OPEN, ActionState.IN_PROGRESS)
CLOSED = (ActionState.VERIFIED, ActionState.DROPPED)
STATES = {"open": "Open", "in_progress": "In progress", "done": "Done", "verified": "Verified", "dropped": "Dropped"}
"""ActionState -> its label."""
IMPACTS = {"yes": "Yes", "partly": "Partly", "no": "No", "too_early": "Too early to say"}
"""Impact -> its label: whether an action changed practice."""
NOT_CLOSED = Action.state.in_((*OWED, ActionState.DONE))
"""A condition on Action: it is neither verified nor dropped. Listing the states lets an index serve it."""


@dataclass(frozen=True)
class StepView:
    """One step of an action: the state, due date and impact that it set, and the note written with it.

    `owners`: the roles of the owner before and after, if the step changed the owner; otherwise None.
    """

    state: str
    due_on: date
    impact: str | None
    note: str
    by: str
    at: datetime
    owners: tuple[str, str] | None = None


@dataclass(frozen=True)
class ActionView:
    """An action. `state` is an ActionState, `impact` an Impact or None.

    It belongs to a case (`reference`) or to a recommendation (`recommendation`, its number). `number`: within that;
    None until the case is released. `owner`: the owning role in words. `owner_id`, `owner_label`: the person named to
    get the reminders, or None. `steps`: oldest first.
    """

    id: str
    cycle_id: str
    cycle_number: int
    number: int | None
    text: str
    reference: str | None
    recommendation_id: str | None
    recommendation: int | None
    from_judgement: bool
    agency_id: str | None
    agency: str | None
    owner: str
    owner_id: str | None
    owner_label: str | None
    due_on: date
    state: str
    impact: str | None
    version: int
    made_at: datetime
    closed_at: datetime | None
    steps: tuple[StepView, ...]

    @property
    def name(self) -> str:
        """The action's name within a sentence, such as "action 2 of case T2-EAST-03"."""
        return action_names.name(self.number, self.reference, self.recommendation)

    @property
    def title(self) -> str:
        """The action's name with a capital letter, for a heading or the start of a sentence."""
        return f"{self.name[0].upper()}{self.name[1:]}"

    @property
    def place(self) -> tuple[str, int, int, datetime]:
        """The sort key of the action in a list: those of recommendations first, then of cases, each by number."""
        return self.reference or "", self.recommendation or 0, self.number or 0, self.made_at

    @property
    def closed(self) -> bool:
        """Whether nothing more is to be done: verified or dropped."""
        return self.state in CLOSED

    def overdue(self, today: date) -> bool:
        """Whether the action is past its due date and not done."""
        return self.state in OWED and self.due_on < today


_OWNER = aliased(Person)
_FOUND = (
    select(Action, Cycle.number, action_names.NUMBER, Case.reference, Recommendation.number, Agency.label, _OWNER.label)
    .join(Cycle, Cycle.id == Action.cycle_id)
    .outerjoin(Case, Case.id == Action.case_id)
    .outerjoin(Recommendation, Recommendation.id == Action.recommendation_id)
    .outerjoin(Agency, Agency.id == Action.agency_id)
    .outerjoin(_OWNER, _OWNER.id == Action.owner_id)
    .order_by(Action.due_on, Cycle.number, Recommendation.number, Case.reference, Action.number)
)
"""Selects actions with their cycle, case, recommendation, agency and named owner."""


def of(session: Session, scope: ColumnElement[bool]) -> tuple[ActionView, ...]:
    """The actions in `scope` (conditions on Action), in order of due date."""
    rows = session.execute(_FOUND.where(scope)).all()
    steps = _steps(session, scope) if rows else {}
    return tuple(
        ActionView(
            id=row.id,
            cycle_id=row.cycle_id,
            cycle_number=cycle_number,
            number=number,
            text=unseal(session, row, "text"),
            reference=reference,
            recommendation_id=row.recommendation_id,
            recommendation=recommendation,
            from_judgement=row.from_judgement,
            agency_id=row.agency_id,
            agency=agency,
            owner=unseal(session, row, "owner"),
            owner_id=row.owner_id,
            owner_label=owner_label,
            due_on=row.due_on,
            state=row.state,
            impact=row.impact,
            version=row.version,
            made_at=row.made_at,
            closed_at=row.closed_at,
            steps=tuple(steps.get(row.id, ())),
        )
        for row, cycle_number, number, reference, recommendation, agency, owner_label in rows
    )


def _steps(session: Session, scope: ColumnElement[bool]) -> dict[str, list[StepView]]:
    """Action id -> its steps, oldest first. Read from the newest back, since a step stores only the owner before it."""
    steps: dict[str, list[StepView]] = {}
    owned: dict[str, str] = {}
    rows = session.execute(
        select(ActionStep, Person.label, Action)
        .join(Action, Action.id == ActionStep.action_id)
        .join(Person, Person.id == ActionStep.by_id)
        .where(scope)
        .order_by(ActionStep.number.desc())
    )
    for row, by, action in rows:
        former = unseal_any(session, row, "former_owner")
        owners = (former, owned.get(row.action_id) or unseal(session, action, "owner")) if former else None
        view = StepView(row.state, row.due_on, row.impact, unseal(session, row, "note"), by, row.at, owners)
        steps.setdefault(row.action_id, []).insert(0, view)
        if owners:
            owned[row.action_id] = owners[0]
    return steps


def of_cycle(session: Session, cycle_id: str) -> tuple[ActionView, ...]:
    """Every action of a cycle."""
    return of(session, Action.cycle_id == cycle_id)


def by_id(session: Session, action_id: str) -> ActionView:
    """The action with this id. NotFound if it doesn't exist. Whether the reader may see it isn't checked here."""
    views = of(session, Action.id == action_id)
    if not views:
        raise NotFound("This action no longer exists.")
    return views[0]


def on_home(session: Session, who: Actor, most: int = 50) -> tuple[ActionView, ...]:
    """At most `most` actions that aren't closed and concern this person, overdue first, then by due date.

    They are the person's own and their agencies'; people who oversee audits get all that they may see. Actions of
    cancelled audits are left out.
    """
    visible = true() if who.has(RoleKind.COORDINATOR) else owner_rules.owned_by(who)
    if who.has(*OVERSEEING):
        visible = or_(visible, SHOWN_TO_OTHERS)
    under_way = Action.cycle_id.in_(select(Cycle.id).where(Cycle.state != CycleState.CANCELLED))
    today = in_london(now(session)).date()
    late = Action.state.in_(OWED) & (Action.due_on < today)
    first = select(Action.id).where(visible, NOT_CLOSED, under_way)
    ids = session.scalars(first.order_by(late.desc(), Action.due_on, Action.id).limit(most)).all()
    views = of(session, Action.id.in_(ids)) if ids else ()
    return tuple(sorted(views, key=lambda each: not each.overdue(today)))


def keep_judgement_action(session: Session, who: Actor, case: Case, *, what: str, owner: str, due_on: date) -> None:
    """Keep the action that comes with ratifying a case at the lowest grade: one per case, updated while it isn't done.

    A new owner is a role only, so a person named before gets no more reminders. Once the action is done, verified or
    dropped, the same request changes nothing, and a different one adds a new action.
    """
    newest = session.scalars(
        select(Action)
        .where(Action.case_id == case.id, Action.from_judgement)
        .order_by(Action.number.desc())
        .limit(1)
        .with_for_update(**LOCK)
    ).first()
    text = unseal(session, newest, "text") if newest else ""
    if newest is not None and text == what and (newest.state not in OWED or _same(session, newest, owner, due_on)):
        return
    if newest is None or newest.state not in OWED:
        row = Action(
            cycle_id=case.cycle_id, case_id=case.id, from_judgement=True, due_on=due_on,
        )  # fmt: skip
        make(session, who, row, what, owner)
        return
    before, former = owner_rules.recipients(session, newest.id), (unseal(session, newest, "owner"), newest.owner_id)
    if former[0] != owner:
        seal(session, newest, "owner", owner)
        newest.owner_id = None
    newest.due_on = due_on
    seal(session, newest, "text", what)
    keep_step(session, who, newest, "", former=former if former[0] != owner else None)
    owner_rules.tell(session, newest, before)


def _same(session: Session, row: Action, owner: str, due_on: date) -> bool:
    return (unseal(session, row, "owner"), row.due_on) == (owner, due_on)


def make(session: Session, who: Actor, row: Action, what: str, owner: str) -> None:
    """Add an open action, numbered within its case or recommendation, with a message to each person it reaches."""
    cycle = session.get_one(Cycle, row.cycle_id, with_for_update=LOCK)
    beside = (Action.case_id == row.case_id, Action.recommendation_id == row.recommendation_id)
    newest = session.scalar(select(func.max(Action.number)).where(*beside))
    row.number, row.state = (newest or 0) + 1, ActionState.OPEN
    row.by_id, row.made_at, row.version = who.person_id, now(session), 0
    seal(session, row, "text", what)
    seal(session, row, "owner", owner)
    session.add(row)
    session.flush()
    ledger.tell(session, MessageKind.ACTION, cycle.id, row.id, owner_rules.recipients(session, row.id))
    detail = by_id(session, row.id).name
    trail.record(session, who, "action.add", subject_id=row.id, cycle_id=cycle.id, detail=detail)
    promise(session, PromiseKind.ACTION, cycle.id, now(session))


def newest_step(session: Session, row: Action) -> ActionStep:
    """The newest step of an action, which has its current version."""
    same = (ActionStep.action_id == row.id, ActionStep.number == row.version)
    return session.scalars(select(ActionStep).where(*same)).one()


def keep_step(
    session: Session, who: Actor, row: Action, note: str, *, former: tuple[str, str | None] | None = None
) -> None:
    """Store the state, due date and impact of `row`, which the caller has just set, as its next step.

    `former`: the owner before (the role, and the person's id or None) if the owner was changed.
    """
    row.version += 1
    step = ActionStep(
        action_id=row.id, number=row.version, state=row.state, due_on=row.due_on, impact=row.impact,
        by_id=who.person_id, at=now(session),
    )  # fmt: skip
    seal(session, step, "note", note)
    seal_any(session, step, "former_owner", former[0] if former else "")
    session.add(step)
    detail = f"{by_id(session, row.id).name}: {row.state} {row.impact or ''}".rstrip()
    if former is not None:  # a role is free text, so it doesn't go into the trail
        detail += f" from {former[1] or 'nobody named'} to {row.owner_id or 'nobody named'}"
    trail.record(session, who, "action.step", subject_id=row.id, cycle_id=row.cycle_id, detail=detail)
    promise(session, PromiseKind.ACTION, row.cycle_id, now(session))
    session.flush()
