"""Who takes part: workspaces, the people in them, agencies, areas, and who may act for which of them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.holds import Exports, Holds, Kept, RowHolding, Seen, held
from storage.types import Base, Id, owned_by


class Workspace(Base):
    """A Slack workspace that this deployment knows."""

    __tablename__ = "workspaces"
    __holds__ = RowHolding(Kept.SETUP, Seen.EVERYBODY)
    id: Mapped[Id]
    team_id: Mapped[str] = held(Holds.ACCOUNT, 32, unique=True)
    name: Mapped[str] = held(Holds.NAME, 255)


class Standing(StrEnum):
    """A person's kind of membership in the app's own Slack workspace, according to Slack."""

    MEMBER = "member"
    GUEST = "guest"  # invited into some channels
    SINGLE = "single"  # invited into one channel
    OUTSIDE = "outside"  # of another organisation, met in a shared channel


class Person(Base):
    """A person in Slack, always identified by (team, user), since a user id alone isn't unique across workspaces.

    `standing`: their membership in the app's workspace, a Standing; null until Slack has been asked. `look_at`: when
    Slack is asked about them next, by the product's clock.
    """

    __tablename__ = "people"
    __holds__ = RowHolding(Kept.PEOPLE, Seen.EVERYBODY, Exports.PERSON)
    __table_args__ = (UniqueConstraint("workspace_id", "user_id"),)
    id: Mapped[Id]
    workspace_id: Mapped[str] = owned_by("workspaces")
    user_id: Mapped[str] = held(Holds.ACCOUNT, 32)
    label: Mapped[str] = held(Holds.PERSON, 80)
    active: Mapped[bool] = mapped_column(default=True)
    standing: Mapped[str | None] = held(Holds.CHOICE, 20)
    look_at: Mapped[datetime | None]


class Agency(Base):
    """One of the agencies around a child; charts show its `short_label` (at most 20 characters)."""

    __tablename__ = "agencies"
    __holds__ = RowHolding(Kept.SETUP, Seen.EVERYBODY)
    id: Mapped[Id]
    label: Mapped[str] = held(Holds.NAME, 75, unique=True)
    short_label: Mapped[str] = held(Holds.NAME, 20, unique=True)


WHOLE = ""
"""The label of the whole territory, to which the cases of a cycle without areas belong. It is never displayed."""


class Area(Base):
    """A part of the partnership's territory; the `label` WHOLE stands for all of it."""

    __tablename__ = "areas"
    __holds__ = RowHolding(Kept.SETUP, Seen.EVERYBODY)
    id: Mapped[Id]
    label: Mapped[str] = held(Holds.NAME, 75, unique=True)


class RoleKind(StrEnum):
    """The roles that a person may have in an audit."""

    COORDINATOR = "coordinator"
    AGENCY_LEAD = "agency_lead"
    DEPUTY = "deputy"
    AUDITOR = "auditor"
    CHAIR = "chair"
    SUB_GROUP_MEMBER = "sub_group_member"
    FOR_LOCAL_AUTHORITY = "for_local_authority"
    FOR_CARE_BOARD = "for_care_board"
    FOR_POLICE = "for_police"
    SCRUTINEER = "scrutineer"


SIGNING = (RoleKind.FOR_LOCAL_AUTHORITY, RoleKind.FOR_CARE_BOARD, RoleKind.FOR_POLICE, RoleKind.SCRUTINEER)
"""The roles that sign a report off: for the three statutory partners, and the independent scrutineer."""


class Role(Base):
    """A person's role. Leads and deputies have theirs for an agency, in one area or (`area_id` null) in all areas."""

    __tablename__ = "roles"
    __holds__ = RowHolding(Kept.PEOPLE, Seen.COORDINATORS, Exports.PERSON)
    __table_args__ = (UniqueConstraint("person_id", "kind", "agency_id", "area_id"),)
    id: Mapped[Id]
    person_id: Mapped[str] = owned_by("people")
    kind: Mapped[str] = held(Holds.CHOICE, 20)
    agency_id: Mapped[str | None] = owned_by("agencies", nullable=True)
    area_id: Mapped[str | None] = owned_by("areas", nullable=True)
    until: Mapped[datetime | None]


class Cover(Base):
    """A person who stands in for the holder of a lead's or deputy's role until `until`."""

    __tablename__ = "covers"
    __holds__ = RowHolding(Kept.PEOPLE, Seen.COORDINATORS, Exports.PERSON)
    id: Mapped[Id]
    role_id: Mapped[str] = owned_by("roles")
    person_id: Mapped[str] = owned_by("people")
    until: Mapped[datetime]
    made_at: Mapped[datetime]


class Channel(Base):
    """A Slack channel as it was when last checked, and whether a coordinator allowed posting there though it is shared.

    `error`: why nothing can be posted there, in a sentence; null if posting is possible. `shared_with`: the ids of the
    other workspaces that it is shared with. `shared_ok_at`: when a coordinator allowed posting there although people of
    another organisation read it. `look_at`: when Slack is asked about it next, by the product's clock.
    """

    __tablename__ = "channels"
    __holds__ = RowHolding(Kept.SETUP, Seen.COORDINATORS)
    id: Mapped[Id]
    channel: Mapped[str] = held(Holds.ACCOUNT, 32, unique=True)
    name: Mapped[str] = held(Holds.NAME, 100, default="")
    shared: Mapped[bool] = mapped_column(default=False)
    shared_with: Mapped[list[str]] = held(Holds.ACCOUNT, JSON, default=list)
    error: Mapped[str | None] = held(Holds.OURS, 300)
    checked_at: Mapped[datetime | None]
    look_at: Mapped[datetime | None]
    shared_ok_by_id: Mapped[str | None] = owned_by("people", nullable=True, index=False)
    shared_ok_at: Mapped[datetime | None]
