"""Texts that a coordinator or the chair writes for places of the report, and which of them may be published."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from audit import cycle_facts, moment, trail
from audit.access import Actor, counted_for, require_chairing, require_coordinator
from audit.cycle_facts import CycleView
from audit.errors import NotFound, Refused
from audit.filled_form import Filled
from audit.findings import earlier_text, findings
from audit.findings.earlier_text import Rewordings
from audit.findings.themes import standings
from audit.report import name_check, quantities
from audit.retention import due
from audit.row_by_id import existing
from audit.screening import fields
from audit.screening.fields import TypedField
from storage.cases import Case
from storage.clock import now
from storage.crypto import seal, unseal
from storage.cycles import Cycle, LearningTheme
from storage.mappings import by_first
from storage.people import Person, RoleKind
from storage.reports import ReportParagraph

CHAPTERS = ("summary", "introduction", "scoring", "themes", "next_steps")
"""The places that every report has, in order; "summary" is the executive summary."""
THEME = "theme"
"""The stored place of a learning theme's text; in a version's texts it precedes the theme's label."""
TEXT = "text"
"""The form's only field."""
WRITE, PUBLISH = "paragraph.write", "paragraph.publish"
"""The trail's names for these acts."""
_SO = "its report isn't written"


@dataclass(frozen=True)
class PlaceText:
    """The text of a place. `public`: it may be in the public edition, as `public_by` decided."""

    id: str
    text: str
    version: int
    by: str
    at: datetime
    public: bool
    public_by: str


@dataclass(frozen=True)
class ReportPlace:
    """A place: a chapter's key or a learning theme's id, with the theme's label. `text`: None if there is none.

    `counts_as`: set if the report has no such theme: the label of the theme as which it counts now, or "".
    """

    key: str
    theme: str | None = None
    text: PlaceText | None = None
    counts_as: str | None = None


@dataclass(frozen=True)
class Writing:
    """The places of a cycle's report, in order, with themes by label; last, texts about themes not in the report."""

    cycle_id: str
    number: int
    title: str
    now: datetime
    places: tuple[ReportPlace, ...]


@dataclass(frozen=True)
class OpenText(Filled):
    """A place's form. `typed`: its content, based on version `base` of the text (0 if there was none).

    `before`: earlier texts. `coordinates`: the reader may allow it in the public edition.
    """

    cycle_id: str
    place: ReportPlace
    typed: str
    base: int
    now: datetime
    before: Rewordings | None
    coordinates: bool


def texts(session: Session, cycle_id: str, themes: Mapping[str, str]) -> tuple[tuple[str, str, bool], ...]:
    """(place, text, whether it may be in the public edition) of all texts. `themes`: id -> label.

    In the order of the report's chapters, then by theme label. Texts about other themes are left out.
    """
    by_place = {}
    for row in session.scalars(select(ReportParagraph).where(ReportParagraph.cycle_id == cycle_id)):
        if row.theme_id is None or row.theme_id in themes:
            place = row.place if row.theme_id is None else f"{THEME}:{themes[row.theme_id]}"
            by_place[place] = (place, unseal(session, row, TEXT), row.public_at is not None)
    ordered = sorted(by_place, key=lambda place: (CHAPTERS.index(place) if place in CHAPTERS else len(CHAPTERS), place))
    return tuple(by_place[place] for place in ordered if by_place[place][1])


def writing(session: Session, who: Actor, cycle_id: str) -> Writing:
    """The places of a cycle's report with their texts, for coordinators and the chair. NotFound."""
    require_chairing(who, WRITE, cycle_id)
    cycle = existing(session, Cycle, cycle_id)
    return Writing(cycle.id, cycle.number, cycle.name, now(session), tuple(_places(session, who, cycle_id)))


def _places(session: Session, who: Actor, cycle_id: str) -> list[ReportPlace]:
    written = _written(session, cycle_id)
    counted = findings.of(session, (Case.cycle_id == cycle_id) & counted_for(who))
    themes = {each.theme_id: each.theme for each in counted if each.theme_id}
    places = [ReportPlace(key, text=written.pop(key, None)) for key in CHAPTERS]
    for key, label in sorted(themes.items(), key=lambda each: str(each[1])):
        places.append(ReportPlace(key, label, written.pop(key, None)))
    every = standings(session)
    labels = _labels(session, written)
    return places + [
        ReportPlace(key, labels[key], text, every[key].label if every[key].id != key else "")
        for key, text in written.items()
    ]


def _labels(session: Session, keys: Mapping[str, PlaceText]) -> dict[str, str]:
    return by_first(session.execute(select(LearningTheme.id, LearningTheme.label).where(LearningTheme.id.in_(keys))))


def _written(session: Session, cycle_id: str) -> dict[str, PlaceText]:
    """A place's key -> its text."""
    by, let_in = aliased(Person), aliased(Person)
    rows = session.execute(
        select(ReportParagraph, by.label, let_in.label)
        .join(by, by.id == ReportParagraph.by_id)
        .outerjoin(let_in, let_in.id == ReportParagraph.public_by_id)
        .where(ReportParagraph.cycle_id == cycle_id)
        .order_by(ReportParagraph.id)
    )
    return {
        row.theme_id or row.place: PlaceText(
            row.id, unseal(session, row, TEXT), row.version, author, row.at, row.public_at is not None, decider or ""
        )
        for row, author, decider in rows
    }


def open_text(session: Session, who: Actor, cycle_id: str, key: str) -> OpenText:
    """A place's form; NotFound, Refused before the meeting."""
    require_chairing(who, WRITE, cycle_id)
    _writable(session, cycle_id)
    return _form(session, who, cycle_id, key)


def _form(session: Session, who: Actor, cycle_id: str, key: str) -> OpenText:
    place = next((each for each in _places(session, who, cycle_id) if each.key == key), None)
    if place is None:
        raise NotFound("The report has no such place any more. Please open its list again.")
    stands = place.text
    return OpenText(
        cycle_id, place, stands.text if stands else "", stands.version if stands else 0, now(session),
        earlier_text.of(session, stands.id) if stands else None, who.has(RoleKind.COORDINATOR),
    )  # fmt: skip


def save(  # noqa: PLR0917  # the parts of a sent form
    session: Session, who: Actor, cycle_id: str, key: str, base: int, typed: str
) -> OpenText:
    """Store a place's text. If it has changed since version `base`, the form is returned with what was typed.

    The same text again changes nothing; an empty text removes it. Refused at TEXT if it contains an identifier or a
    case's reference. A changed text isn't in the public edition until that is decided again.
    """
    require_chairing(who, WRITE, cycle_id)
    _writable(session, cycle_id, locked=True)
    form, typed = _form(session, who, cycle_id, key), typed.strip()
    if (form.typed, form.base > 0) == (typed, True):
        return replace(form, done=True)
    if form.base != base:
        return replace(form, typed=typed, again=True)
    missing = "" if form.base else "Write something, or close this."
    fields.check(session, who, {TEXT: TypedField(typed, missing)})
    _require_no_case(session, typed)
    _keep(session, who, form, typed)
    return replace(_form(session, who, cycle_id, key), done=True)


def _require_no_case(session: Session, typed: str) -> None:
    if named := name_check.cases(typed, session.scalars(select(Case.reference))):
        raise Refused(
            f"This names {named[0]}. Nothing that is written for the report names a case: say what it shows instead.",
            TEXT,
        )


def _keep(session: Session, who: Actor, form: OpenText, typed: str) -> None:
    """Store a text in a place, and keep the earlier one."""
    text, key = form.place.text, form.place.key
    if text is None:
        chapter = key in CHAPTERS
        row = ReportParagraph(
            cycle_id=form.cycle_id, place=key if chapter else THEME, theme_id=None if chapter else key
        )
        row.version = 0
        session.add(row)
    else:
        row = session.get_one(ReportParagraph, text.id)
        earlier_text.keep(session, row)
    row.version += 1
    row.by_id, row.at, row.public_by_id, row.public_at = who.person_id, now(session), None, None
    seal(session, row, TEXT, typed)
    _record(session, who, WRITE, row)


def publish(session: Session, who: Actor, paragraph_id: str, base: int, *, public: bool) -> OpenText:
    """Decide whether a text, shown as version `base`, may be in the public edition.

    Refused if it states a number, a share, a grade or an area, because these can't be checked against what was
    published.
    """
    require_coordinator(who, PUBLISH, paragraph_id)
    row = existing(session, ReportParagraph, paragraph_id)
    cycle = _writable(session, row.cycle_id, locked=True)
    session.refresh(row)
    form = _form(session, who, row.cycle_id, row.theme_id or row.place)
    if row.version != base:
        return replace(form, again=True)
    if public:
        _require_told_by_tables(form.typed, _told_by_tables(cycle_facts.view(session, cycle.id)))
    if public != (row.public_at is not None):
        row.public_at, row.public_by_id = (now(session), who.person_id) if public else (None, None)
        _record(session, who, PUBLISH, row, "may" if public else "may not")
    return replace(_form(session, who, row.cycle_id, form.place.key), done=True)


def _told_by_tables(cycle: CycleView) -> tuple[str, ...]:
    """The labels of the grades of the audit and its sections, and its areas."""
    scales = (cycle.scale, *(each.graded_on for each in cycle.tool.graded))
    return (*(grade.label for scale in scales for grade in scale.grades), *cycle.areas)


def _require_told_by_tables(text: str, labels: Collection[str]) -> None:
    """Refuse a text that states what the public edition shows in tables only, naming the first words."""
    if words := quantities.first_in(text, labels):
        raise Refused(
            f"This can't go into the public edition: it says “{words}”. Numbers, shares, grades and areas appear "
            "there only in tables that are checked. Reword it, or keep this text for the full edition.",
            TEXT,
        )


def _writable(session: Session, cycle_id: str, *, locked: bool = False) -> Cycle:
    cycle = existing(session, Cycle, cycle_id, locked=locked)
    moment.require(cycle, moment.REPORTABLE, _SO)
    due.require_texts(session, cycle, _SO)
    return cycle


def _record(session: Session, who: Actor, verb: str, row: ReportParagraph, more: str = "") -> None:
    detail = f"{row.place} version {row.version} {more}".strip()
    trail.record(session, who, verb, subject_id=row.id, cycle_id=row.cycle_id, detail=detail)
    session.flush()
