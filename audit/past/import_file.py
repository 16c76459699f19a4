"""Importing results of past audits from a spreadsheet: a preview of a file, and storing all of it or nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from audit import apart, trail
from audit.errors import NotFound, Refused
from audit.past import audits, csv_table, wide_table, xlsx_table
from audit.past.audits import PastAudit
from audit.past.result_rows import COLUMNS, MORE_COLUMNS, NEEDED, KnownNames, Result, read
from audit.past.table import Sheet, TableLine, lines_by_column, refuse
from audit.pasted import Bad, comparable_name
from audit.people.agencies import everything, take_turns
from audit.scales import INSPECTION, Scale
from storage.clock import now
from storage.cycles import Cycle
from storage.mappings import grouped
from storage.past import PastCycle, PastResult


@dataclass(frozen=True)
class Incoming:
    """What a file adds to one cycle: `fresh` results; `there`: how many more were imported before.

    `audit`: the cycle's figures once the fresh results are stored; `strange`: areas in the file that aren't set up.
    """

    fresh: tuple[Result, ...]
    there: int
    strange: tuple[str, ...]
    audit: PastAudit


FULL = apart.Bounds(90, 2_000_000_000)
"""Limits (seconds, bytes) for reading a workbook of past results; 50,000 lines take a fifth of each."""
File = bytes | tuple[Sheet, ...]
"""A CSV file's bytes, which are split once the possible columns are known, or the sheets read from a workbook."""


def opened(data: bytes) -> File:
    """Read a file as far as that needs no database, since a workbook takes long; Refused if it can't be read."""
    return apart.run_apart(xlsx_table.sheets, data, "The workbook", FULL) if xlsx_table.is_one(data) else data


def incoming(
    session: Session, file: File, scale: Scale | None = None, *, cycle: str = "", title: str = ""
) -> tuple[Incoming, ...]:
    """What a CSV file or a workbook would add, by cycle; nothing is stored. Refused with every line at fault.

    `scale`: of cycles that weren't imported before (default: the inspection scale). `cycle`, `title`: values for all
    lines, instead of columns.
    """
    imported = {each.number: each for each in audits.every(session)}
    known = _known(session, scale, imported)
    lines, faults = _lines(file, known, {name: text for name, text in (("cycle", cycle), ("title", title)) if text})
    results, unread = read(lines, known)
    stored = audits.results(session)
    refuse([*faults, *unread, *_contradictions(results, stored, imported, scale)])
    by_cycle = grouped((result.cycle, result) for result in results)
    agencies = audits.agencies(session)
    return tuple(
        _incoming(by_cycle[number], stored.get(number, ()), known, agencies)
        for number in sorted(by_cycle, key=audits.sort_key)
    )


def _lines(file: File, known: KnownNames, beside: Mapping[str, str]) -> tuple[list[TableLine], list[Bad]]:
    """The lines of a file in long or wide format, with the values given `beside` it; and the unreadable lines."""
    lines: list[TableLine] = []
    faulty: list[Bad] = []
    columns = {*COLUMNS, *MORE_COLUMNS, *known.agencies}
    for sheet in (csv_table.sheet(file, columns),) if isinstance(file, bytes) else file:
        _require_once(sheet, beside)
        if wide_table.is_one(sheet):
            table = wide_table.table(sheet, known.agencies)
        else:
            table = lines_by_column(sheet, NEEDED, [name for name in (*COLUMNS, *MORE_COLUMNS) if name not in NEEDED])
        lines += (TableLine(each.number, {**beside, **each.cells}, each.sheet) for each in table.lines)
        faulty += table.bad
    return lines, faulty


def _require_once(sheet: Sheet, beside: Mapping[str, str]) -> None:
    """Refuse a missing cycle, and a cycle or title that is given both in a column and beside the file."""
    if "cycle" not in sheet.columns and "cycle" not in beside:
        raise Refused(
            f"{sheet.called} names no column cycle. If all of it is about one audit, say which: --cycle 4, or"
            ' --cycle "2019/20-Q3"; and --title "Neglect", if you like.'
        )
    if twice := [name for name in beside if name in sheet.columns]:
        raise Refused(f"{sheet.called} names the column {twice[0]}, so leave out --{twice[0]}.")


def _known(session: Session, scale: Scale | None, there: Mapping[int | str, PastAudit]) -> KnownNames:
    territory = everything(session)
    return KnownNames(
        agencies={
            comparable_name(name): each.id for each in territory.agencies for name in (each.short_label, each.label)
        },
        areas={comparable_name(each.label): each.label for each in territory.areas},
        run_here=frozenset(session.scalars(select(Cycle.number))),
        scale=scale or INSPECTION,
        scales={number: audit.scale for number, audit in there.items()},
        titles={number: audit.title for number, audit in there.items()},
        spelled={comparable_name(name): name for name in there if isinstance(name, str)},
    )


def _contradictions(
    results: Iterable[Result],
    stored: Mapping[int | str, Sequence[Result]],
    imported: Mapping[int | str, PastAudit],
    scale: Scale | None,
) -> Iterator[Bad]:
    """The lines that contradict what was imported before."""
    before = {(each.cycle, each.key): each for found in stored.values() for each in found}
    areas = {
        (each.cycle, comparable_name(each.reference)): each.area
        for each in before.values()
        if each.reference and each.area
    }
    for result in results:
        audit, twin = imported.get(result.cycle), before.get((result.cycle, result.key))
        if audit is None:
            continue
        if scale is not None and not scale.same_steps(audit.scale):
            yield Bad(
                result.line, f"cycle {result.cycle} was imported on the scale “{audit.scale.key}” before", result.sheet
            )
        elif comparable_name(audit.title) != comparable_name(result.title):
            yield Bad(result.line, f"cycle {result.cycle} was imported as “{audit.title}” before", result.sheet)
        elif twin is not None and twin.said != result.said:
            yield Bad(result.line, _other(result, twin), result.sheet)
        elif result.reference and result.area:
            area = areas.get((result.cycle, comparable_name(result.reference)), result.area)
            if comparable_name(area) != comparable_name(result.area):
                yield Bad(result.line, f"{result.reference} was imported in the area {area} before", result.sheet)


def _other(each: Result, twin: Result) -> str:
    """How an earlier import differs, in words."""
    if each.reference is None:
        return f"this was imported with the count {twin.count} before"
    if (twin.grade, twin.reason) == (each.grade, each.reason):
        where = f"in the area {twin.area}" if twin.area else "without an area"
        return f"the {each.kind} of {each.reference} was imported {where} before"
    reason = f" ({twin.reason})" if twin.reason else ""
    return f"the {each.kind} of {each.reference} was imported as {twin.grade}{reason} before"


def _incoming(
    given: Sequence[Result], stored: Sequence[Result], known: KnownNames, agencies: Mapping[str, str]
) -> Incoming:
    already = {each.key for each in stored}
    fresh = tuple(each for each in given if each.key not in already)
    named = {each.area for each in given if each.area}
    strange = tuple(sorted(area for area in named if comparable_name(area) not in known.areas))
    first = (*stored, *given)[0]
    whole = audits.count(first.cycle, first.title, known.scale_of(first.cycle), [*stored, *fresh], agencies)
    return Incoming(fresh, len(given) - len(fresh), strange, whole)


def take(
    session: Session, file: File, scale: Scale | None = None, *, cycle: str = "", title: str = ""
) -> tuple[Incoming, ...]:
    """Store what a file adds: all of it, or nothing and Refused. Results imported before are skipped."""
    take_turns(session)
    by_cycle = incoming(session, file, scale, cycle=cycle, title=title)
    for each in by_cycle:
        if each.fresh:
            _store(session, each)
    return by_cycle


def _store(session: Session, given: Incoming) -> None:
    audit = given.audit
    cycle = audits.stored(session, audit.number)
    if cycle is None:
        called = {"number" if isinstance(audit.number, int) else "name": audit.number}
        cycle = PastCycle(**called, title=audit.title, scale=audit.scale.to_json(), imported_at=now(session))
        session.add(cycle)
    session.add_all(
        PastResult(
            past_cycle_id=cycle.id, key=each.key, kind=each.kind, area=each.area, agency_id=each.agency_id,
            reference=each.reference, grade=each.grade, reason=each.reason, count=each.count, section=each.section,
        )
        for each in given.fresh
    )  # fmt: skip
    detail = f"cycle {audit.number}: {len(given.fresh)} results"
    trail.record(session, None, "past.import", subject_id=cycle.id, detail=detail)


def remove(session: Session, number: int | str) -> PastAudit:
    """Delete an imported audit cycle, so that it can be imported again; returns its figures. NotFound."""
    take_turns(session)
    figures, cycle = audits.find(session, number), audits.stored(session, number)
    if figures is None or cycle is None:
        raise NotFound(f"No audit {number} was imported.")
    session.execute(delete(PastResult).where(PastResult.past_cycle_id == cycle.id))
    session.delete(cycle)
    trail.record(session, None, "past.remove", subject_id=cycle.id, detail=f"cycle {figures.number}")
    return figures
