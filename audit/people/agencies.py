"""Agencies and areas: listing them, adding several at once, renaming one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, require_coordinator
from audit.errors import NotFound, Refused
from audit.filled_form import newest_act, require_as_filled, require_no_other
from audit.labels import AS_LABEL, AS_SHORT_LABEL
from audit.moment import OPEN
from audit.pasted import Bad, Unreadable, cells, comparable_name, fingerprint, fitting, numbered, refuse, sentence
from audit.row_by_id import existing
from audit.screening import screen
from storage.clock import now
from storage.conflicts import insert
from storage.cycles import Cycle, CycleState
from storage.people import WHOLE, Agency, Area, Workspace
from storage.promises import PromiseKind, promise
from storage.types import LOCK, new_id

MOST_AGENCIES = 100
"""As many as a select menu in Slack holds."""
MOST_AREAS = 40
"""As many as fit a Slack form with two fields for each area."""
LONG = 75
"""The length of a label that a select menu in Slack displays in full, in characters."""
SHORT = 20
"""The length of a short label, limited by the space in charts, in characters."""
VERB = "agencies.edit"
LINES = "lines"
"""The field for a list of agencies or areas, one a line."""
_RENAME_AGENCY, _RENAME_AREA = "agency.rename", "area.rename"
"""The trail's names for these acts."""


@dataclass(frozen=True)
class AgencyLine:
    """An agency. `short_label`: its label in charts. `mark`: of its form, or "" in a list."""

    id: str
    label: str
    short_label: str
    mark: str = ""


@dataclass(frozen=True)
class AreaLine:
    """An area. `mark`: of its form, or "" in a list."""

    id: str
    label: str
    mark: str = ""


@dataclass(frozen=True)
class Territory:
    """All agencies and areas, by label."""

    agencies: tuple[AgencyLine, ...]
    areas: tuple[AreaLine, ...]


def mark_of(listed: Sequence[AgencyLine | AreaLine]) -> str:
    """The mark of a list to which a form adds."""
    return fingerprint(*listed)


def take_turns(session: Session) -> None:
    """Lock the set-up until this transaction ends, so that what it has read of agencies and people stays true."""
    turn = select(Workspace.id).order_by(Workspace.id).with_for_update(**LOCK)  # still allows people to be added
    session.scalars(turn).all()


def territory(session: Session, who: Actor) -> Territory:
    """All agencies and areas, for a coordinator."""
    require_coordinator(who, VERB)
    return everything(session)


def everything(session: Session) -> Territory:
    """All agencies and areas."""
    agencies = session.scalars(select(Agency).order_by(Agency.label))
    areas = session.scalars(select(Area).where(Area.label != WHOLE).order_by(Area.label))
    return Territory(
        tuple(AgencyLine(each.id, each.label, each.short_label) for each in agencies),
        tuple(AreaLine(each.id, each.label) for each in areas),
    )


def whole_territory(session: Session) -> str:
    """The id of the area WHOLE, which is the only area of a cycle without areas; it is created if needed."""
    session.execute(insert(session, Area).values(id=new_id(), label=WHOLE).on_conflict_do_nothing())
    return session.scalars(select(Area.id).where(Area.label == WHOLE)).one()


def add_agencies(session: Session, who: Actor, text: str, *, seen: str = "") -> int:
    """Add an agency for each line “label, short label”, all of them or none. Returns how many were added.

    Refused at LINES, naming each bad line. A missing short label is made from the label; an agency that exists with
    the same short label is skipped. `seen`: the mark of the list that the form was opened on; Refused if the list has
    changed since and something would be added, which the list may have in other words by now.
    """
    require_coordinator(who, VERB)
    take_turns(session)
    names, there = _names(session), everything(session).agencies
    short_labels = {comparable_name(each.label): comparable_name(each.short_label) for each in there}
    added: list[Agency] = []
    faulty: list[Bad] = []
    for number, line in numbered(text):
        try:
            label, short = _agency(line, names, short_labels)
            if short_labels.get(comparable_name(label)) == comparable_name(short):
                continue
            if comparable_name(label) in short_labels:
                raise Unreadable(f"“{label}” is listed already, with another short name; “Rename” changes that")  # noqa: TRY301
            _require_free(names, label, short)
        except Unreadable as why:
            faulty.append(Bad(number, str(why)))
            continue
        added.append(Agency(label=label, short_label=short))
        short_labels[comparable_name(label)] = comparable_name(short)
        names |= {comparable_name(label): label, comparable_name(short): label}
    refuse(faulty, LINES)
    if added:
        require_as_filled(seen, mark_of(there), _newest(there), LINES)
    if len(short_labels) > MOST_AGENCIES:
        raise Refused(f"At most {MOST_AGENCIES} agencies can take part.", field=LINES)
    screen.screen(session, who, {LINES: "\n".join(f"{each.label}\n{each.short_label}" for each in added)})
    for agency in added:
        session.add(agency)
        trail.record(session, who, "agency.add", subject_id=agency.id)
    return len(added)


def _newest(there: Sequence[AgencyLine | AreaLine]) -> str:
    newest = max(there, key=lambda each: each.id).label if there else "none"
    return f"the newest there is “{newest}”, and Rename puts right what is written wrong"


def _agency(line: str, names: Mapping[str, str], short_labels: Mapping[str, str]) -> tuple[str, str]:
    """A line's label and short label. If the latter is missing: the existing agency's, or a generated one."""
    parts = cells(line)
    if len(parts) > 2:  # noqa: PLR2004  # label and short label
        raise Unreadable("it has more than a label and a short label: put a label with a comma in quotation marks")
    label = fitting(AS_LABEL, parts[0])
    if len(parts) == 2 and parts[1]:  # noqa: PLR2004  # as above
        return label, _short(parts[1])
    return label, short_labels.get(comparable_name(label)) or suggested(label, names)


def _short(text: str) -> str:
    if len(text) > SHORT:
        raise Unreadable(f"a short label has at most {SHORT} characters")
    return fitting(AS_SHORT_LABEL, text)


def suggested(label: str, taken: Mapping[str, str]) -> str:
    """A short label for an agency: its label if that is short enough, or else the initials of its capitalised words.

    `taken`: plain name -> label of the agency that has it. Another agency's name is avoided by adding a number.
    """
    words = [word for word in label.replace("-", " ").split() if word[0].isupper()]
    letters = "".join(word[0] for word in words)
    short = label if len(label) <= SHORT else (letters if len(letters) > 1 else label)[:SHORT].strip()
    number, candidate = 2, short
    while taken.get(comparable_name(candidate), label) != label:
        candidate = f"{short[: SHORT - len(str(number)) - 1]} {number}"
        number += 1
    return candidate


def _names(session: Session) -> dict[str, str]:
    """Plain label or short label -> label, for every agency: pasted cases may use either."""
    found = session.scalars(select(Agency)).all()
    return {comparable_name(name): each.label for each in found for name in (each.label, each.short_label)}


def _require_free(names: Mapping[str, str], label: str, short: str) -> None:
    for name in (label, short):
        owner = names.get(comparable_name(name))
        if owner is not None:
            raise Unreadable(f"“{name}” belongs to {owner} already")


def add_areas(session: Session, who: Actor, text: str, *, seen: str = "") -> int:
    """Add an area for each line, all of them or none. Returns how many were added. Refused as for agencies."""
    require_coordinator(who, VERB)
    take_turns(session)
    there = everything(session).areas
    labels = {comparable_name(each.label) for each in there}
    added: list[Area] = []
    faulty: list[Bad] = []
    for number, line in numbered(text):
        try:
            label = fitting(AS_LABEL, line.strip())
        except Unreadable as why:
            faulty.append(Bad(number, str(why)))
            continue
        if comparable_name(label) not in labels:
            added.append(Area(label=label))
            labels.add(comparable_name(label))
    refuse(faulty, LINES)
    if added:
        require_as_filled(seen, mark_of(there), _newest(there), LINES)
    if len(labels) > MOST_AREAS:
        raise Refused(f"At most {MOST_AREAS} areas can take part.", field=LINES)
    screen.screen(session, who, {LINES: "\n".join(each.label for each in added)})
    for area in added:
        session.add(area)
        trail.record(session, who, "area.add", subject_id=area.id)
    return len(added)


def agency(session: Session, who: Actor, agency_id: str) -> AgencyLine:
    """An agency, for a coordinator; NotFound."""
    require_coordinator(who, VERB, agency_id)
    row = existing(session, Agency, agency_id)
    return AgencyLine(row.id, row.label, row.short_label, str(newest_act(session, [row.id], _RENAME_AGENCY)))


def area(session: Session, who: Actor, area_id: str) -> AreaLine:
    """An area, for a coordinator; NotFound."""
    require_coordinator(who, VERB, area_id)
    row = _area(session, area_id)
    return AreaLine(row.id, row.label, str(newest_act(session, [row.id], _RENAME_AREA)))


def _area(session: Session, area_id: str) -> Area:
    """An area; NotFound also for WHOLE, which can't be renamed."""
    row = existing(session, Area, area_id)
    if row.label == WHOLE:
        raise NotFound("This area no longer exists.")
    return row


def rename_agency(
    session: Session, who: Actor, agency_id: str, label: str, short_label: str, *, seen: str = ""
) -> AgencyLine:
    """Change an agency's labels, and redraw what shows them. Refused at `label` or `short_label`.

    `seen`: the form's mark. Refused if somebody else has changed them since.
    """
    require_coordinator(who, VERB, agency_id)
    take_turns(session)
    row = existing(session, Agency, agency_id)
    others = {name: owner for name, owner in _names(session).items() if owner != row.label}
    kept = {}
    for field, kind, text in (("label", AS_LABEL, label), ("short_label", AS_SHORT_LABEL, short_label)):
        try:
            kept[field] = fitting(kind, text)
            _require_free(others, kept[field], kept[field])
        except Unreadable as why:
            raise Refused(sentence(str(why)), field=field) from None
    if (row.label, row.short_label) != (kept["label"], kept["short_label"]):
        stands = f"it is “{row.label}” now, in charts “{row.short_label}”"
        require_no_other(session, who, row.id, [_RENAME_AGENCY], seen, stands, "label")
        screen.screen(session, who, kept)
        row.label, row.short_label = kept["label"], kept["short_label"]
        trail.record(session, who, _RENAME_AGENCY, subject_id=agency_id)
        _follow(session)
    return AgencyLine(row.id, row.label, row.short_label)


def rename_area(session: Session, who: Actor, area_id: str, label: str, *, seen: str = "") -> AreaLine:
    """Change an area's label, and redraw what shows it. Refused at `label`; `seen` is as for an agency."""
    require_coordinator(who, VERB, area_id)
    take_turns(session)
    row = _area(session, area_id)
    others = {comparable_name(each.label) for each in everything(session).areas if each.id != area_id}
    try:
        kept = fitting(AS_LABEL, label)
    except Unreadable as why:
        raise Refused(sentence(str(why)), field="label") from None
    if comparable_name(kept) in others:
        raise Refused(f"There is an area “{kept}” already.", field="label")
    if row.label != kept:
        require_no_other(session, who, row.id, [_RENAME_AREA], seen, f"it is “{row.label}” now", "label")
        screen.screen(session, who, {"label": kept})
        row.label = kept
        trail.record(session, who, _RENAME_AREA, subject_id=area_id)
        _follow(session)
    return AreaLine(row.id, row.label)


def _follow(session: Session) -> None:
    """Promise that messages and sheets which show labels are redrawn, in every planned or open cycle."""
    for cycle_id in session.scalars(select(Cycle.id).where(Cycle.state.in_((CycleState.PLANNED, *OPEN)))):
        promise(session, PromiseKind.CYCLE, cycle_id, now(session))
