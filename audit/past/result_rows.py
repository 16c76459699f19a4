"""Results of past audits, read from a table's lines: each line by itself, then all of them together."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo

from audit.labels import AS_LABEL, AS_REFERENCE, AS_TEXT
from audit.past.grades import graded, quoted
from audit.past.table import TableLine
from audit.pasted import Bad, Unreadable, comparable_name, fitting, place
from audit.scales import NOT_GRADED, REASONS, Scale

_YEARS = re.compile(r"\d{4} ?[/-] ?\d{2,4}", re.ASCII)
"""A year as the name of a cycle: 2019/20, 2019-2020."""

COLUMNS = ("cycle", "title", "area", "case", "agency", "grade", "kind")
MORE_COLUMNS = ("count", "reason", "section")
NEEDED = ("grade", "kind")
"""The columns that a file must have; the cycle and its title can also be given beside the file."""
RETURN, MODERATED, JUDGEMENT = "return", "moderated", "judgement"
KINDS = {RETURN: RETURN, "auditor": RETURN, MODERATED: MODERATED, "moderator": MODERATED, JUDGEMENT: JUDGEMENT}
KINDS |= {"judgment": JUDGEMENT, "self-grade": RETURN}
MOST_CYCLES, MOST_COUNT, MOST_TITLE, MOST_NAME = 9999, 100_000, 100, 40


@dataclass(frozen=True)
class Result:
    """The grade of a past case or return, or of `count` of them without a reference.

    `line`: its number in the file, or 0 if it was read from the database; `sheet`: the workbook's sheet, or "".
    `cycle`: its number, or its name if it has none. `grade`: a grade's key, "not_graded", one of
    audit.past.grades.ANSWERS, or a band: the keys of neighbouring grades, best first, joined by "_or_". `reason`: a key
    of audit.scales.REASONS, or None if it is graded or no reason was recorded. `section`: the label of the section that
    is graded, or None for the overall grade.
    """

    line: int
    cycle: int | str
    title: str
    kind: str
    area: str | None
    agency_id: str | None
    reference: str | None
    grade: str
    reason: str | None
    count: int = 1
    section: str | None = None
    sheet: str = ""

    @property
    def key(self) -> str:
        """What identifies the result within its cycle: a SHA-256 in hexadecimal of the case and agency, or group."""
        about: tuple[object, ...]
        if self.reference is not None:
            about = (self.kind, "case", comparable_name(self.reference), self.agency_id)
        else:
            about = (self.kind, "group", comparable_name(self.area or ""), self.agency_id, self.grade, self.reason)
        if self.section is not None:
            about = (*about, comparable_name(self.section))
        return hashlib.sha256(repr(about).encode()).hexdigest()

    @property
    def said(self) -> tuple[object, ...]:
        """The part of the result that isn't in its key: two results with the same key contradict each other in it."""
        if self.reference is not None:
            return (comparable_name(self.area or ""), self.grade, self.reason)
        return (self.count,)

    @property
    def place(self) -> str:
        """The line in the file, in words."""
        return place(self.line, self.sheet)


@dataclass(frozen=True)
class KnownNames:
    """The names that lines may use: agencies (plain name -> id), areas (plain label -> label), cycles run here.

    `scale`: the scale of cycles that weren't imported before; `scales` and `titles`: those of imported ones, by number
    or name. `spelled`: a named cycle's plain name -> its spelling when it was first met.
    """

    agencies: Mapping[str, str]
    areas: Mapping[str, str]
    run_here: frozenset[int]
    scale: Scale
    scales: Mapping[int | str, Scale]
    titles: Mapping[int | str, str] = field(default_factory=dict)
    spelled: dict[str, str] = field(default_factory=dict)

    def scale_of(self, cycle: int | str) -> Scale:
        """The scale on which a cycle's lines are graded."""
        return self.scales.get(cycle, self.scale)


def read(lines: Iterable[TableLine], known: KnownNames) -> tuple[list[Result], list[Bad]]:
    """The results in these lines, and the lines at fault, each with its reason."""
    results: list[Result] = []
    faulty: list[Bad] = []
    for line in lines:
        try:
            row = _Row.model_validate(line.cells, context=known)
        except ValidationError as error:
            why = "; ".join(fault["msg"].removeprefix("Value error, ") for fault in error.errors())
            faulty.append(Bad(line.number, why, line.sheet))
        else:
            results.append(_result(line, row, known))
    return results, [*faulty, *_together(results)]


def _result(line: TableLine, row: "_Row", known: KnownNames) -> Result:
    return Result(
        line=line.number, sheet=line.sheet, cycle=row.cycle, kind=row.kind, section=row.section, area=row.area,
        title=row.title or known.titles.get(row.cycle) or f"Audit {row.cycle}", agency_id=row.agency,
        reference=row.case, grade=row.grade, reason=row.reason, count=row.count,
    )  # fmt: skip


def _known(info: ValidationInfo) -> KnownNames:
    assert isinstance(info.context, KnownNames)  # noqa: S101  # set by read
    return info.context


def _cycle(text: str, info: ValidationInfo) -> int | str:
    known = _known(info)
    number = _whole(text)
    if any(character.isalpha() for character in text) or _YEARS.fullmatch(text):
        if len(text) > MOST_NAME:
            raise Unreadable(f"the cycle's name is longer than {MOST_NAME} characters")
        return known.spelled.setdefault(comparable_name(text), _fits(text, "cycle"))
    if number is None or not 1 <= number <= MOST_CYCLES:
        raise Unreadable(f"the cycle must be a whole number from 1 to {MOST_CYCLES}, or a name, not {quoted(text)}")
    if number in known.run_here:
        raise Unreadable(f"audit {number} is run here: its results come from its own returns and judgements")
    return number


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None  # noqa: PLR2004  # a billion


def _title(text: str) -> str:
    if not text:
        raise Unreadable("the cycle's title is missing")
    if len(text) > MOST_TITLE:
        raise Unreadable(f"the title is longer than {MOST_TITLE} characters")
    return _fits(text, "title")


def _kind(text: str) -> str:
    if comparable_name(text) not in KINDS:
        ways = f"auditor is a return, and {MODERATED} the second grade of one"
        raise Unreadable(f"its kind must be {RETURN} or {JUDGEMENT}, not {quoted(text)}; {ways}")
    return KINDS[comparable_name(text)]


def _agency(text: str, info: ValidationInfo) -> str | None:
    known = _known(info)
    if not text:
        return None
    if info.data.get("kind") == JUDGEMENT:
        raise Unreadable("a judgement is the case's, so it names no agency; a self-grade has the kind return")
    if comparable_name(text) not in known.agencies:
        raise Unreadable(f"there is no agency {quoted(text)}: write its label or short label as it is set up")
    return known.agencies[comparable_name(text)]


def _area(text: str, info: ValidationInfo) -> str | None:
    """The area's label; any name is accepted, as past areas may be gone. The preview says which aren't set up."""
    known = _known(info)
    return (known.areas.get(comparable_name(text)) or _fits(text, "area")) if text else None


def _count(text: str, info: ValidationInfo) -> int:
    number, reference = _whole(text) if text else None, info.data.get("case", "")
    if reference is not None:
        if text and reference and number != 1:
            raise Unreadable("a line with a case counts once: leave count empty, or leave out the case")
        return 1
    if number is None or number > MOST_COUNT:
        given = f", not {quoted(text)}" if text else ""
        raise Unreadable(f"without a case, count must say how many it stands for: a whole number{given}")
    return number


def _grade(text: str, info: ValidationInfo) -> str:
    known = _known(info)
    if "cycle" not in info.data:
        return ""  # the fault is reported for the cycle
    return graded(text, known.scale_of(info.data["cycle"]), of_return=info.data.get("kind") != JUDGEMENT)


def _reason(text: str, info: ValidationInfo) -> str | None:
    if not text:
        return None
    if info.data.get("grade", NOT_GRADED) != NOT_GRADED:
        raise Unreadable("a reason is for what isn't graded: leave it empty")
    key = {comparable_name(name): key for key, label in REASONS.items() for name in (key, label)}.get(
        comparable_name(text)
    )
    if key is None:
        raise Unreadable(f"there is no reason {quoted(text)}; there are: {', '.join(REASONS)}")
    return key


_KINDS_OF_TEXT = {"case": AS_REFERENCE, "area": AS_LABEL, "section": AS_LABEL, "title": AS_TEXT, "cycle": AS_TEXT}


def _fits(text: str, column: str) -> str:
    try:
        return _fitting(column, text)
    except Unreadable as why:
        raise Unreadable(f"its {column} can't be kept: {why}") from None


@lru_cache(maxsize=10_000)
def _fitting(column: str, text: str) -> str:
    """The text as audit.pasted.fitting returns it; cached, since a column repeats its values."""
    return fitting(_KINDS_OF_TEXT[column], text)


def _text(text: str, info: ValidationInfo) -> str | None:
    return _fits(text, info.field_name or "") if text else None


class _Row(BaseModel):
    """A line of results. The fields are validated in this order: what a grade means depends on cycle and kind."""

    model_config = ConfigDict(frozen=True)
    cycle: Annotated[int | str, BeforeValidator(_cycle)]
    title: Annotated[str | None, BeforeValidator(_title)] = None
    kind: Annotated[str, BeforeValidator(_kind)]
    area: Annotated[str | None, BeforeValidator(_area)] = None
    section: Annotated[str | None, BeforeValidator(_text)] = None
    case: Annotated[str | None, BeforeValidator(_text)] = None
    agency: Annotated[str | None, BeforeValidator(_agency)] = None
    grade: Annotated[str, BeforeValidator(_grade)]
    reason: Annotated[str | None, BeforeValidator(_reason)] = None
    count: Annotated[int, BeforeValidator(_count)] = Field(default="", validate_default=True)


def _together(results: Sequence[Result]) -> list[Bad]:
    """Faults between lines: a result given twice, two titles for a cycle, two areas for a case."""
    first: dict[tuple[int | str, str], Result] = {}
    titles: dict[int | str, Result] = {}
    areas: dict[tuple[int | str, str], Result] = {}
    faulty = []
    for result in results:
        title, twin = titles.setdefault(result.cycle, result), first.setdefault((result.cycle, result.key), result)
        if twin is not result:
            faulty.append(Bad(result.line, _twice(result, twin), result.sheet))
        elif comparable_name(title.title) != comparable_name(result.title):
            faulty.append(
                Bad(result.line, f"cycle {result.cycle} is called something else in {title.place}", result.sheet)
            )
        elif result.reference is not None and result.area is not None:
            before = areas.setdefault((result.cycle, comparable_name(result.reference)), result)
            if comparable_name(before.area or "") != comparable_name(result.area):
                faulty.append(
                    Bad(result.line, f"{result.reference} is in another area in {before.place}", result.sheet)
                )
    return faulty


def _twice(each: Result, twin: Result) -> str:
    if each.reference is None:
        return f"{twin.place} counts the same: put both into one count"
    return f"the {each.kind} of {each.reference} is already in {twin.place}"
