"""The content of a cycle file, from which a cycle is set up: agencies, areas, people, meetings and cases."""

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
    """A day: a date (`on`), or a number of working days after the day on which the cycle is set up."""

    on: date | None = Field(default=None, ge=FIRST, le=LAST)
    in_working_days: int | None = Field(default=None, ge=0, le=1000)

    def date(self, today: date) -> date:
        """The date; Refused if neither or both are given."""
        if (self.on is None) == (self.in_working_days is None):
            raise Refused("A day needs either “on” or “in_working_days”.")
        return self.on or working_days_after(today, self.in_working_days or 0)


class WorkspaceSetup(_Part):
    """The Slack workspace."""

    team_id: SlackId
    name: Annotated[Text, Field(max_length=255)]


class AgencySetup(_Part):
    """An agency. `short_label`: its label in charts."""

    label: Label
    short_label: ShortLabel


class MeetingSetup(_Part):
    """A meeting, and the areas whose cases it discusses, except cases listed in another meeting's `cases`.

    In a cycle without areas, the first meeting discusses every case that no meeting lists.
    """

    areas: tuple[Label, ...] = ()
    cases: tuple[Reference, ...] = ()
    day: Day
    at: time = time(10)


class AreaSetup(_Part):
    """An area, and the channel in which its case summaries are posted."""

    label: Label
    channel: SlackId


class RoleSetup(_Part):
    """A role. `agency` and `area`: None if it isn't for one."""

    kind: RoleKind
    agency: str | None = None
    area: str | None = None


class PersonSetup(_Part):
    """A person in Slack, and their roles."""

    user_id: SlackId
    label: Annotated[Words, Field(max_length=80)]
    roles: tuple[RoleSetup, ...]


class CaseSetup(_Part):
    """A sampled case: its area (WHOLE in a cycle without areas) and the agencies involved."""

    reference: Reference
    area: str = WHOLE
    agencies: tuple[str, ...] = Field(min_length=1)


class Description(_Part):
    """The words that describe a cycle. `period`, `key_holder`: "" if not given."""

    title: Title
    theme: Theme
    origin: Origin
    period: Period = ""
    key_holder: KeyHolder = ""


TEXTS = tuple(Description.model_fields)
"""The names of the fields in which people describe a cycle in their own words."""


class CycleSetup(Description):
    """A cycle's own settings. `scale`: the key of a shipped scale, or a board's own as scale_file reads it."""

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
    """A whole cycle before it opens. `channel`: where summaries are posted in a cycle without areas, else None."""

    workspace: WorkspaceSetup
    cycle: CycleSetup
    agencies: tuple[AgencySetup, ...] = Field(min_length=1)
    areas: tuple[AreaSetup, ...] = ()
    channel: SlackId | None = None
    meetings: tuple[MeetingSetup, ...] = Field(min_length=1)
    people: tuple[PersonSetup, ...]
    cases: tuple[CaseSetup, ...] = Field(min_length=1)
