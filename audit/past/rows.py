"""Results of past audits as lines of a table give them: each read on its own, then held against the others."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from audit.labels import AS_REFERENCE, AS_SHORT_LABEL, AS_TEXT
from audit.past.csv_table import Line
from audit.pasted import Bad, Unreadable, fitting, plain
from audit.scales import NOT_GRADED, OR, REASONS, Scale

COLUMNS = ("cycle", "title", "area", "case", "agency", "grade", "kind")
MORE_COLUMNS = ("count", "reason")
RETURN, JUDGEMENT = "return", "judgement"
KINDS = (RETURN, JUDGEMENT)
MOST_CYCLES, MOST_COUNT, MOST_TITLE, MOST_GRADE = 9999, 100_000, 100, 150


@dataclass(frozen=True)
class Result:
    """The grade of a past case or return, or of `count` of them without a reference. `line`: where it stands, or 0.

    `grade`: a grade's key, "not_graded", or a band: the keys of neighbouring grades, best first, joined by "_or_".
    `reason`: a key of audit.scales.REASONS, or None where it is graded or nobody said why it isn't.
    """

    line: int
    cycle: int
    title: str
    kind: str
    area: str | None
    agency_id: str | None
    reference: str | None
    grade: str
    reason: str | None
    count: int = 1

    @property
    def key(self) -> str:
        """What the result is about, among all results of its cycle: SHA-256, hexadecimal."""
        if self.reference is not None:
            about: tuple[object, ...] = (self.kind, "case", plain(self.reference), self.agency_id)
        else:
            about = (self.kind, "group", plain(self.area or ""), self.agency_id, self.grade, self.reason)
        return hashlib.sha256(repr(about).encode()).hexdigest()

    @property
    def said(self) -> tuple[object, ...]:
        """What the result says about what it is about."""
        if self.reference is not None:
            return (plain(self.area or ""), self.grade, self.reason)
        return (self.count,)


@dataclass(frozen=True)
class Known:
    """What lines may name: agencies (plain name -> id), areas (plain label -> label), cycles that are run here.

    `scale`: on which the lines are graded; `scales`: on which those cycles are that were imported before, by number.
    """

    agencies: Mapping[str, str]
    areas: Mapping[str, str]
    run_here: frozenset[int]
    scale: Scale
    scales: Mapping[int, Scale]

    def scale_of(self, cycle: int) -> Scale:
        """The scale of a cycle."""
        return self.scales.get(cycle, self.scale)


def read(lines: Iterable[Line], known: Known) -> tuple[list[Result], list[Bad]]:
    """The results in these lines, and the lines that can't be taken, each with its reason."""
    found: list[Result] = []
    bad: list[Bad] = []
    for line in lines:
        try:
            found.append(_result(line, known))
        except Unreadable as why:
            bad.append(Bad(line.number, str(why)))
    return found, [*bad, *_together(found)]


def _result(line: Line, known: Known) -> Result:
    cells = line.cells
    cycle = _cycle(cells["cycle"], known)
    kind = plain(cells["kind"])
    if kind not in KINDS:
        raise Unreadable(f"its kind must be {RETURN} or {JUDGEMENT}, not {_named(cells['kind'])}")
    agency_id = _agency(cells["agency"], known)
    if kind == JUDGEMENT and agency_id is not None:
        raise Unreadable("a judgement is the case's, so it names no agency; a self-grade has the kind return")
    reference = _fits(cells["case"], "case") if cells["case"] else None
    grade = graded(cells["grade"], known.scale_of(cycle))
    return Result(
        line=line.number,
        cycle=cycle,
        title=_title(cells["title"]),
        kind=kind,
        area=_area(cells["area"], known),
        agency_id=agency_id,
        reference=reference,
        grade=grade,
        reason=_reason(cells.get("reason", ""), grade),
        count=_count(cells.get("count", ""), reference),
    )


def _cycle(text: str, known: Known) -> int:
    number = _whole(text)
    if number is None or not 1 <= number <= MOST_CYCLES:
        raise Unreadable(f"the cycle must be a whole number from 1 to {MOST_CYCLES}, not {_named(text)}")
    if number in known.run_here:
        raise Unreadable(f"audit cycle {number} is run here: its results come from its own returns and judgements")
    return number


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None  # noqa: PLR2004  # a billion


def _title(text: str) -> str:
    if not text:
        raise Unreadable("the cycle's title is missing")
    if len(text) > MOST_TITLE:
        raise Unreadable(f"the title is longer than {MOST_TITLE} characters")
    return _fits(text, "title")


def _agency(text: str, known: Known) -> str | None:
    if not text:
        return None
    if plain(text) not in known.agencies:
        raise Unreadable(f"there is no agency {_named(text)}: write its label or short label as it is set up")
    return known.agencies[plain(text)]


def _area(text: str, known: Known) -> str | None:
    """Areas of the past may be gone, so any name is taken; the preview says which aren't set up."""
    if not text:
        return None
    return known.areas.get(plain(text)) or _fits(text, "area")


def _count(text: str, reference: str | None) -> int:
    number = _whole(text) if text else None
    if reference is not None:
        if text and number != 1:
            raise Unreadable("a line with a case counts once: leave count empty, or leave out the case")
        return 1
    if number is None or not 1 <= number <= MOST_COUNT:
        given = f", not {_named(text)}" if text else ""
        raise Unreadable(f"without a case, count must say how many it stands for: a whole number from 1{given}")
    return number


def graded(text: str, scale: Scale) -> str:
    """The grade that a cell means, as Result.grade has it; Unreadable names what there is."""
    if plain(text.replace("_", " ")) == "not graded":
        return NOT_GRADED
    names = {plain(name): grade for grade in scale.grades for name in (grade.short_label, grade.label, grade.key)}
    if plain(text) in names:
        return names[plain(text)].key
    for joint in (OR, " or "):
        parts = [names.get(part.strip()) for part in plain(text).split(joint)]
        band = [part for part in parts if part is not None]
        if len(band) < 2 or len(band) < len(parts):  # noqa: PLR2004  # a band merges two at the least
            continue
        band.sort(key=lambda grade: grade.rank)
        if [grade.rank for grade in band] != list(range(band[0].rank, band[0].rank + len(band))):
            raise Unreadable(f"{_named(text)} merges grades that aren't neighbours")
        return _kept(OR.join(grade.key for grade in band))
    there = ", ".join(grade.key for grade in scale.grades)
    said = f"the scale has no grade {_named(text)}" if text else "the grade is missing"
    raise Unreadable(f"{said}; there are: {there}, {NOT_GRADED}, and neighbours merged with {OR}")


def _kept(band: str) -> str:
    if len(band) > MOST_GRADE:
        raise Unreadable("it merges more grades than can be kept")
    return band


def _reason(text: str, grade: str) -> str | None:
    if not text:
        return None
    if grade != NOT_GRADED:
        raise Unreadable("a reason is for what isn't graded: leave it empty")
    found = {plain(name): key for key, label in REASONS.items() for name in (key, label)}.get(plain(text))
    if found is None:
        raise Unreadable(f"there is no reason {_named(text)}; there are: {', '.join(REASONS)}")
    return found


_KINDS_OF_TEXT = {"case": AS_REFERENCE, "area": AS_SHORT_LABEL, "title": AS_TEXT}


def _fits(text: str, column: str) -> str:
    try:
        return _fitting(column, text)
    except Unreadable as why:
        raise Unreadable(f"its {column} can't be kept: {why}") from None


@lru_cache(maxsize=10_000)
def _fitting(column: str, text: str) -> str:
    """The text as audit.pasted.fitting takes it; cached, since a column says the same many times."""
    return fitting(_KINDS_OF_TEXT[column], text)


def _named(text: str) -> str:
    """What was typed, for whoever typed it: short, and never an identifier."""
    if not text:
        return "nothing"
    text = fitting(AS_TEXT, text)
    return f"“{text if len(text) <= 40 else f'{text[:39]}…'}”"  # noqa: PLR2004  # enough to find it again


def _together(results: Sequence[Result]) -> list[Bad]:
    """What no single line shows: a thing said twice, two titles of a cycle, two areas of a case."""
    first: dict[tuple[int, str], Result] = {}
    titles: dict[int, Result] = {}
    areas: dict[tuple[int, str], Result] = {}
    bad = []
    for each in results:
        title, twin = titles.setdefault(each.cycle, each), first.setdefault((each.cycle, each.key), each)
        if twin is not each:
            bad.append(Bad(each.line, _twice(each, twin)))
        elif plain(title.title) != plain(each.title):
            bad.append(Bad(each.line, f"cycle {each.cycle} is called something else in line {title.line}"))
        elif each.reference is not None and each.area is not None:
            there = areas.setdefault((each.cycle, plain(each.reference)), each)
            if plain(there.area or "") != plain(each.area):
                bad.append(Bad(each.line, f"{each.reference} is in another area in line {there.line}"))
    return bad


def _twice(each: Result, twin: Result) -> str:
    if each.reference is None:
        return f"line {twin.line} counts the same: put both into one count"
    return f"the {each.kind} of {each.reference} stands in line {twin.line} already"
