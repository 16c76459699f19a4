"""An audit cycle: its theme, scale, audit tool, dates, and where its messages go."""

import re
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.holds import Holds, Kept, RowHolding, Seen, Written, held, sealed
from storage.types import Base, Id, owned_by


class CycleState(StrEnum):
    """How far a cycle has come."""

    PLANNED = "planned"
    COLLECTING = "collecting"
    MEETING = "meeting"
    RATIFIED = "ratified"
    REPORTED = "reported"
    CLOSED = "closed"
    CANCELLED = "cancelled"


OVER = (CycleState.CLOSED, CycleState.CANCELLED)
UNDER_WAY = tuple(state for state in CycleState if state not in OVER)
"""OVER: the states in which nothing more is done about a cycle; UNDER_WAY: all others."""


class AuditTool(Base):
    """A single-agency audit tool; a return keeps the version that it answered.

    `title`: "" for the product's own tools.
    """

    __tablename__ = "audit_tools"
    __holds__ = RowHolding(Kept.SETUP, Seen.EVERYBODY)
    __table_args__ = (UniqueConstraint("key", "version"),)
    id: Mapped[Id]
    key: Mapped[str] = held(Holds.NAME, 32)
    version: Mapped[int]
    title: Mapped[str] = held(Holds.NAME, 100, default="", server_default="")
    sections: Mapped[list[dict[str, object]]] = held(Holds.FORM, JSON)


class Cycle(Base):
    """One audit of the programme. `scale` is stored as it was when the cycle chose it.

    `proposal`: the rule by which a judgement is proposed to the meeting (audit.proposal). `quorum`: how many agencies
    must agree or disagree (audit.quorum). `unreleased_in_sheet`: whether the sheet shows grades of cases whose
    summaries aren't out yet; a sheet that others than the coordinators read never does. `period`: the time that the
    audit looks at, in words, or "". `key_holder`: who can tell which child a reference means, or "" if nobody is named.
    """

    __tablename__ = "cycles"
    __holds__ = RowHolding(Kept.FACTS, Seen.EVERYBODY)
    id: Mapped[Id]
    workspace_id: Mapped[str] = owned_by("workspaces")
    number: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str] = held(Holds.NAME, 100)
    theme: Mapped[str] = held(Holds.NAME, 100)
    origin: Mapped[str] = held(Holds.WRITTEN, 1000, why="every report says it")
    state: Mapped[str] = held(Holds.CHOICE, 20, default=CycleState.PLANNED, index=True)
    scale: Mapped[dict[str, object]] = held(Holds.FORM, JSON)
    tool_id: Mapped[str] = owned_by("audit_tools")
    due_on: Mapped[date]
    summary_days: Mapped[int] = mapped_column(default=3)
    proposal: Mapped[str] = held(Holds.CHOICE, 10, default="none")
    quorum: Mapped[str] = held(Holds.CHOICE, 10, default="50%", server_default="50%")
    sub_group_channel: Mapped[str] = held(Holds.ACCOUNT, 32)
    reflections_in_sheet: Mapped[bool] = mapped_column(default=True)
    unreleased_in_sheet: Mapped[bool] = mapped_column(default=True)
    period: Mapped[str] = held(Holds.WRITTEN, 100, why="every request says it", default="", server_default="")
    key_holder: Mapped[str] = held(Holds.WRITTEN, 200, why="every request says it", default="", server_default="")
    opened_at: Mapped[datetime | None]

    @property
    def name(self) -> str:
        """The cycle's name as people read it everywhere."""
        return audit_name(self.title, self.number)


def audit_name(title: str, number: int | str) -> str:
    """An audit's title, with its number where the title doesn't include it: "Neglect (audit 3)"."""
    numbered = re.search(rf"\baudit {re.escape(str(number))}\b", title, re.IGNORECASE)
    return title if numbered else f"{title} (audit {number})"


class CycleArea(Base):
    """A place of a cycle: an area, or the whole territory, with its audit channel and the meeting about its cases.

    An area whose cases are divided between several meetings has one place per meeting.
    """

    __tablename__ = "cycle_areas"
    __holds__ = RowHolding(Kept.FACTS, Seen.EVERYBODY)
    __table_args__ = (UniqueConstraint("cycle_id", "area_id", "meeting_id"),)
    id: Mapped[Id]
    cycle_id: Mapped[str] = owned_by("cycles")
    area_id: Mapped[str] = owned_by("areas", index=False)
    meeting_id: Mapped[str] = owned_by("meetings")
    channel: Mapped[str] = held(Holds.ACCOUNT, 32)
    quota: Mapped[int | None]


class Cancellation(Base):
    """The cancellation of a cycle: when, by whom, in which state it was, and the sealed `reason`."""

    __tablename__ = "cancellations"
    __holds__ = RowHolding(Kept.FACTS, Seen.COORDINATORS, written=Written("at"))
    id: Mapped[Id]
    cycle_id: Mapped[str] = owned_by("cycles", unique=True)
    state: Mapped[str] = held(Holds.CHOICE, 20)
    reason: Mapped[bytes] = sealed()
    by_id: Mapped[str] = owned_by("people", index=False)
    at: Mapped[datetime]


class Sample(Base):
    """A stratified random sample, recorded so that it can be drawn again from the same list with the same `seed`.

    `list_hash` (SHA-256, hexadecimal) shows whether a list is the same; the list itself isn't stored. `strata`: area ->
    {"listed": n, "drawn": n}.
    """

    __tablename__ = "samples"
    __holds__ = RowHolding(Kept.FACTS, Seen.COORDINATORS)
    id: Mapped[Id]
    cycle_id: Mapped[str] = owned_by("cycles")
    seed: Mapped[str] = held(Holds.OURS, 64)
    list_hash: Mapped[str] = held(Holds.HASH, 64)
    strata: Mapped[dict[str, dict[str, int]]] = held(Holds.NUMBER, JSON)
    drawn_at: Mapped[datetime]
    by_id: Mapped[str] = owned_by("people", index=False)


class LearningTheme(Base):
    """A learning theme: what findings show repeatedly, and agencies may tag. With `retired_at` it is no longer offered.

    `strength`: the theme is about what works well, so it needs no recommendation. `merged_into_id`: the theme as which
    this one counts since the two were merged; links to this theme stay as they are.
    """

    __tablename__ = "learning_themes"
    __holds__ = RowHolding(Kept.SETUP, Seen.EVERYBODY)
    id: Mapped[Id]
    label: Mapped[str] = held(Holds.NAME, 75, unique=True)
    strength: Mapped[bool] = mapped_column(default=False)
    retired_at: Mapped[datetime | None]
    merged_into_id: Mapped[str | None] = owned_by("learning_themes", nullable=True, index=False)
