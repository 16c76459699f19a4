"""A cycle as it is described before it is set up: agencies, areas, people, meetings and cases."""

from datetime import date, time
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from audit import quorum as quorum_rules
from audit.calendar import FIRST, LAST, working_days_after
from audit.errors import Refused
from audit.labels import KeyHolder, Label, Origin, Period, Reference, ShortLabel, SlackId, Text, Theme, Title, Words
from storage.people import WHOLE, RoleKind


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Day(_Part):
    """A day: `on` a date, or so many working days after the day of setting up."""

    on: date | None = Field(default=None, ge=FIRST, le=LAST)
    in_working_days: int | None = Field(default=None, ge=0, le=1000)

    def date(self, today: date) -> date:
        """The date meant; Refused if neither or both are given."""
        if (self.on is None) == (self.in_working_days is None):
            raise Refused("A day needs either “on” or “in_working_days”.")
        return self.on or working_days_after(today, self.in_working_days or 0)


class WorkspaceSetup(_Part):
    """The Slack workspace."""

    team_id: SlackId
    name: Annotated[Text, Field(max_length=255)]


class AgencySetup(_Part):
    """An agency; the short label is for charts."""

    label: Label
    short_label: ShortLabel


class MeetingSetup(_Part):
    """A meeting and the areas whose cases it discusses, but for those that are named as another meeting's `cases`.

    In a cycle without areas the first meeting discusses every case that none names.
    """

    areas: tuple[Label, ...] = ()
    cases: tuple[Reference, ...] = ()
    day: Day
    at: time = time(10)


class AreaSetup(_Part):
    """An area and the channel to which its case summaries go."""

    label: Label
    channel: SlackId


class RoleSetup(_Part):
    """A role, for an agency in an area where it has them."""

    kind: RoleKind
    agency: str | None = None
    area: str | None = None


class PersonSetup(_Part):
    """Somebody in Slack, and what they are in the audit."""

    user_id: SlackId
    label: Annotated[Words, Field(max_length=80)]
    roles: tuple[RoleSetup, ...]


class CaseSetup(_Part):
    """A sampled case, its area, if the cycle has such, and the agencies involved with it."""

    reference: Reference
    area: str = WHOLE
    agencies: tuple[str, ...] = Field(min_length=1)


class Description(_Part):
    """What people say of a cycle in their own words. `period`, `key_holder`: "" if nobody said."""

    title: Title
    theme: Theme
    origin: Origin
    period: Period = ""
    key_holder: KeyHolder = ""


TEXTS = tuple(Description.model_fields)
"""The cycle's own facts that people write in their own words."""


class CycleSetup(Description):
    """The cycle's own facts. `scale`: one of the product's by its key, or a board's as scale_file reads it."""

    number: int = Field(ge=1, le=9999)
    scale: str | dict[str, object] = "inspection"
    tool: str = "single_agency"
    due: Day
    summary_days: int = Field(default=3, ge=0, le=20)
    sub_group_channel: SlackId
    spreadsheet_id: Annotated[Text, Field(max_length=128)] | None = None
    reflections_in_sheet: bool = True
    unreleased_in_sheet: bool = True
    proposal: Literal["none", "lowest", "median"] = "none"
    quorum: Annotated[str, AfterValidator(quorum_rules.rule)] = quorum_rules.DEFAULT


class Setup(_Part):
    """A whole cycle before anybody answered. `channel`: where summaries go if it has no areas."""

    workspace: WorkspaceSetup
    cycle: CycleSetup
    agencies: tuple[AgencySetup, ...] = Field(min_length=1)
    areas: tuple[AreaSetup, ...] = ()
    channel: SlackId | None = None
    meetings: tuple[MeetingSetup, ...] = Field(min_length=1)
    people: tuple[PersonSetup, ...]
    cases: tuple[CaseSetup, ...] = Field(min_length=1)
