"""Reading a pasted list of people: the person, agency, area and role that each line names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from audit.access import ANSWERING
from audit.errors import Refused
from audit.pasted import Bad, Unreadable, cells, comparable_name, numbered, separator
from audit.people.agencies import Territory
from audit.people.outside import Place
from storage.people import RoleKind

MOST = 300
"""The most lines in a list."""
LONGEST = 500
"""The most characters in a line, so that any split of a pasted list at line ends fits the form's fields."""
_SEMICOLONS = 2
"""The fewest semicolons that separate a person, an agency and a role."""
_SHOWN = 40
"""How many characters of a text are repeated in a reason."""
_ROLES = {
    RoleKind.AGENCY_LEAD: ("agency lead", "lead"),
    RoleKind.DEPUTY: ("deputy", "agency deputy", "deputy lead"),
    RoleKind.COORDINATOR: ("coordinator",),
    RoleKind.CHAIR: ("chair", "chair of audit meetings"),
    RoleKind.SUB_GROUP_MEMBER: ("sub group member", "subgroup member", "sub group", "subgroup"),
    RoleKind.FOR_LOCAL_AUTHORITY: (
        "signs for the local authority",
        "signs reports for the local authority",
        "for local authority",
    ),
    RoleKind.FOR_CARE_BOARD: (
        "signs for the integrated care board",
        "signs reports for the integrated care board",
        "for care board",
    ),
    RoleKind.FOR_POLICE: ("signs for the police", "signs reports for the police", "for police"),
    RoleKind.SCRUTINEER: ("independent scrutineer", "scrutineer"),
}
_KINDS = {word: kind for kind, words in _ROLES.items() for word in words}
_EVERYWHERE = ("", "all", "all areas", "-")


class Way(StrEnum):
    """What a person is looked up by in Slack."""

    ID = "member id"
    EMAIL = "e-mail address"
    NAME = "name"


class ListColumn(StrEnum):
    """The content of a column. `WHO` may be an id, an e-mail address or a name."""

    ID = "id"
    EMAIL = "email"
    NAME = "name"
    WHO = "who"
    AGENCY = "agency"
    AREA = "area"
    ROLE = "role"


_WHO = (ListColumn.ID, ListColumn.EMAIL, ListColumn.WHO, ListColumn.NAME)
"""The columns that name a person, the most reliable first."""
_HEADINGS = {
    ListColumn.ID: ("member id", "slack id", "slack member id", "user id", "slack user id"),
    ListColumn.EMAIL: ("e mail", "email", "e mail address", "email address", "mail"),
    ListColumn.NAME: ("name", "full name", "display name"),
    ListColumn.WHO: ("person", "who", "slack"),
    ListColumn.AGENCY: ("agency", "organisation", "organization", "partner"),
    ListColumn.AREA: ("area", "locality", "district"),
    ListColumn.ROLE: ("role",),
}
_COLUMNS = {word: column for column, words in _HEADINGS.items() for word in words}
_ID = re.compile(r"[UW](?=[A-Z0-9]*\d)[A-Z0-9]{3,31}")
_EMAIL = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,190}\.[^\s@<>]{1,63}")
_BEHIND_NAME = re.compile(rf".*<({_EMAIL.pattern})>")
"""The form used by mail programs: Name <address>."""


@dataclass(frozen=True)
class Sought:
    """A person to be looked up in Slack."""

    way: Way
    text: str

    @property
    def key(self) -> str:
        """Identifies the person, however the name or address was typed."""
        return f"{self.way}:{self.text if self.way is Way.ID else comparable_name(self.text)}"


@dataclass(frozen=True)
class NamedPerson:
    """A line that names a person and the role that they are to have."""

    number: int
    sought: Sought
    place: Place


@dataclass(frozen=True)
class Lines:
    """A list as it was read. `sought`: all people in it, including those in `bad` lines; `left`: ignored columns."""

    lines: tuple[NamedPerson, ...]
    bad: tuple[Bad, ...]
    sought: tuple[Sought, ...]
    left: tuple[str, ...] = ()


def read(text: str, known: Territory) -> Lines:
    """Read a list; Refused if it or a line is too long.

    The first line may name the columns, in any order. Otherwise they are person, agency, area (may be omitted), role.
    """
    rows = numbered(text)
    if len(rows) > MOST + 1:
        sentence = f"At most {MOST} people can be added at once, and this has {len(rows)} lines: do it in parts."
        raise Refused(sentence, field="lines")
    for number, line in rows:
        if len(line) > LONGEST:
            too_long = f"Line {number} has {len(line):,} characters"
            sentence = f"{too_long}, and at most {LONGEST} fit: leave other columns out."
            raise Refused(sentence, field="lines")
    columns, left = _columns(rows[0][1]) if rows else (None, ())
    agencies = {comparable_name(name): each.id for each in known.agencies for name in (each.short_label, each.label)}
    areas = {comparable_name(each.label): each.id for each in known.areas}
    lines, faulty, sought = list[NamedPerson](), list[Bad](), list[Sought]()
    for number, line in rows[1:] if columns else rows:
        try:
            row = _row(cells(line, _cut(line)), columns, by_area=bool(areas))
            who = _who(row)
            sought.append(who)
            lines.append(NamedPerson(number, who, _place(row, agencies, areas)))
        except Unreadable as why:
            faulty.append(Bad(number, str(why)))
    return Lines(tuple(lines), tuple(faulty), tuple(dict.fromkeys(sought)), left)


def _cut(line: str) -> str:
    """The line's separator. Names may contain a comma, as in “Surname, Forename”, but not several semicolons."""
    cut = separator(line)
    return ";" if cut == "," and line.count(";") >= _SEMICOLONS else cut


def _columns(line: str) -> tuple[Sequence[ListColumn | None] | None, tuple[str, ...]]:
    """The content of each column if the line is a heading, or None; and the headings that aren't known."""
    try:
        headings = cells(line)
    except Unreadable:
        return None, ()
    columns = [_COLUMNS.get(_words(each)) for each in headings]
    if not (set(columns) & set(_WHO) and set(columns) & {ListColumn.AGENCY, ListColumn.ROLE}):
        return None, ()
    left = (name for name, column in zip(headings, columns, strict=True) if column is None and name)
    return columns, tuple(quoted(name) for name in left)


def _row(
    found: Sequence[str], columns: Sequence[ListColumn | None] | None, *, by_area: bool
) -> Mapping[ListColumn, str]:
    """A line's cells by column. `by_area`: whether there are areas, which the reason for a refusal mentions."""
    if columns is None:
        bare = list(found)
        while len(bare) > 1 and not bare[-1]:
            bare.pop()
        if len(bare) not in (3, 4):
            raise Unreadable(f"write the person, the agency, {'the area (empty: all) ' if by_area else ''}and the role")
        columns = (ListColumn.WHO, ListColumn.AGENCY, *((ListColumn.AREA,) if len(bare) > 3 else ()), ListColumn.ROLE)  # noqa: PLR2004
        found = bare
    row: dict[ListColumn, str] = {}
    for column, cell in zip(columns, found, strict=False):
        if column is not None and cell:
            row.setdefault(column, cell)
    return row


def _who(row: Mapping[ListColumn, str]) -> Sought:
    """The person whom a line names, by the most reliable column that is filled in."""
    column = next((each for each in _WHO if row.get(each)), None)
    if column is None:
        raise Unreadable("nobody is named")
    text = row[column]
    behind = _BEHIND_NAME.fullmatch(text)
    if behind or _EMAIL.fullmatch(text):
        return Sought(Way.EMAIL, behind[1] if behind else text)
    if column is ListColumn.EMAIL:
        raise Unreadable(f"“{quoted(text)}” is no e-mail address")
    if _ID.fullmatch(text):
        return Sought(Way.ID, text)
    if column is ListColumn.ID:
        raise Unreadable(f"“{quoted(text)}” is no member id: in Slack it is under ⋮ in the person's profile")
    return Sought(Way.NAME, text)


def _place(row: Mapping[ListColumn, str], agencies: Mapping[str, str], areas: Mapping[str, str]) -> Place:
    """The role with its agency and area; these are ignored for a role of the whole partnership."""
    role = row.get(ListColumn.ROLE, "")
    if not role:
        raise Unreadable("no role is named")
    kind = _KINDS.get(_words(role))
    if kind is None:
        raise Unreadable(f"there is no role “{quoted(role)}”: write lead, deputy, coordinator, chair or sub-group")
    if kind not in ANSWERING:
        return kind, None, None
    agency, area = row.get(ListColumn.AGENCY, ""), row.get(ListColumn.AREA, "")
    if not agency:
        raise Unreadable("no agency is named")
    if comparable_name(agency) not in agencies:
        raise Unreadable(f"there is no agency “{quoted(agency)}”: add it under Agencies, or write it as it is there")
    if comparable_name(area) in _EVERYWHERE:
        return kind, agencies[comparable_name(agency)], None
    if comparable_name(area) not in areas:
        known = "write it as under Agencies" if areas else "leave it empty, since there are none"
        raise Unreadable(f"there is no area “{quoted(area)}”: {known}")
    return kind, agencies[comparable_name(agency)], areas[comparable_name(area)]


def _words(text: str) -> str:
    return comparable_name(text.replace("-", " "))


def quoted(text: str) -> str:
    """The typed text, shortened so that it can be found again."""
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
