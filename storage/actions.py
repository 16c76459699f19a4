"""Recommendations and the actions that follow from them, with every step that an action took."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.holds import Exports, Holds, Kept, RowHolding, Seen, Written, held, sealed
from storage.types import Base, Id, owned_by


class Recommendation(Base):
    """A recommendation of the sub-group after a cycle; `text` is sealed. Its actions say how far it has come.

    `by_id` is the person who wrote the newest text, at `worded_at`; null means that the text is still the first one, of
    `made_at`.
    """

    __tablename__ = "recommendations"
    __holds__ = RowHolding(
        Kept.FACTS, Seen.OVERSEEING, written=Written("worded_at", version="version", first="made_at")
    )
    __table_args__ = (UniqueConstraint("cycle_id", "number"),)
    id: Mapped[Id]
    cycle_id: Mapped[str] = owned_by("cycles")
    number: Mapped[int]
    text: Mapped[bytes] = sealed()
    version: Mapped[int] = mapped_column(default=1)
    by_id: Mapped[str] = owned_by("people", index=False)
    made_at: Mapped[datetime]
    worded_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class RecommendationTheme(Base):
    """A learning theme that a recommendation answers."""

    __tablename__ = "recommendation_themes"
    __holds__ = RowHolding(Kept.FACTS, Seen.OVERSEEING)
    __table_args__ = (UniqueConstraint("recommendation_id", "theme_id"),)
    id: Mapped[Id]
    recommendation_id: Mapped[str] = owned_by("recommendations")
    theme_id: Mapped[str] = owned_by("learning_themes")


class RecommendationAgency(Base):
    """An agency to which a recommendation is addressed."""

    __tablename__ = "recommendation_agencies"
    __holds__ = RowHolding(Kept.FACTS, Seen.OVERSEEING)
    __table_args__ = (UniqueConstraint("recommendation_id", "agency_id"),)
    id: Mapped[Id]
    recommendation_id: Mapped[str] = owned_by("recommendations")
    agency_id: Mapped[str] = owned_by("agencies")


class ActionState(StrEnum):
    """How far an action has come. Overdue isn't a state: it is derived from the clock."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DONE = "done"  # as its owner reported
    VERIFIED = "verified"  # confirmed by somebody other than its owner
    DROPPED = "dropped"


class Impact(StrEnum):
    """Whether an action changed practice."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    TOO_EARLY = "too_early"


class Action(Base):
    """Something an agency is to do, from a recommendation, a case's discussion or (`from_judgement`) its assurance.

    `number` counts within that recommendation or case. `text` is sealed, and so is `owner`, a role in words. `owner_id`
    is the person who is reminded; if null, the agency's leads are. `version` counts the action's steps: 0 before the
    first.
    """

    __tablename__ = "actions"
    __holds__ = RowHolding(Kept.FACTS, Seen.ACTION, Exports.CASE, Written("made_at"))
    __table_args__ = (UniqueConstraint("recommendation_id", "number"), UniqueConstraint("case_id", "number"))
    id: Mapped[Id]
    cycle_id: Mapped[str] = owned_by("cycles")
    number: Mapped[int]
    recommendation_id: Mapped[str | None] = owned_by("recommendations", nullable=True)
    case_id: Mapped[str | None] = owned_by("cases", nullable=True)
    from_judgement: Mapped[bool] = mapped_column(default=False)
    text: Mapped[bytes] = sealed()
    agency_id: Mapped[str | None] = owned_by("agencies", nullable=True)
    owner: Mapped[bytes] = sealed()
    owner_id: Mapped[str | None] = owned_by("people", nullable=True)
    due_on: Mapped[date]
    state: Mapped[str] = held(Holds.CHOICE, 20, default=ActionState.OPEN, index=True)
    impact: Mapped[str | None] = held(Holds.CHOICE, 10)
    version: Mapped[int] = mapped_column(default=0)
    by_id: Mapped[str] = owned_by("people", index=False)
    made_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class ActionStep(Base):
    """A step of an action (every one is kept), with the state, due date and impact that it brought about.

    `note` is sealed: the evidence, the reason for dropping the action, or how practice changed. `former_owner`, also
    sealed, is the role that owned the action until this step; null unless the step changed the owner.
    """

    __tablename__ = "action_steps"
    __holds__ = RowHolding(Kept.FACTS, Seen.ACTION, Exports.CASE, Written("at", version="number"))
    __table_args__ = (UniqueConstraint("action_id", "number"),)
    id: Mapped[Id]
    action_id: Mapped[str] = owned_by("actions")
    number: Mapped[int]
    state: Mapped[str] = held(Holds.CHOICE, 20)
    due_on: Mapped[date]
    impact: Mapped[str | None] = held(Holds.CHOICE, 10)
    former_owner: Mapped[bytes | None] = sealed()
    note: Mapped[bytes] = sealed()
    by_id: Mapped[str] = owned_by("people", index=False)
    at: Mapped[datetime]
