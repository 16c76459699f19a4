"""Commands about numbers: a cycle's statistics, past audits from a spreadsheet, published figures."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from sqlalchemy.orm import Session

from audit import cycle_facts
from audit.bounds import contents
from audit.cases import graded_sections
from audit.cycle import answered
from audit.cycle import board as board_rules
from audit.cycle import tally as tally_rules
from audit.cycle.board import Board
from audit.cycle.tally import CAVEAT, Count
from audit.errors import NotFound, Refused
from audit.figures import figures
from audit.figures.figures import Figures
from audit.past import audits, check_published, import_file, published_figures, scale_file
from audit.past.audits import NOT_GIVEN, GradeCounts, PastAudit
from audit.past.grades import AWAITING, DECLINED, NIL
from audit.past.import_file import Incoming
from audit.scales import NOT_APPLICABLE, REASONS, SCALES, Scale
from audit.tools import Section
from bot.settings import Stored
from storage.cycles import Cycle, audit_name
from views.figures.figures import bounded, kinder
from views.returns.grades import BY_SECTION

_ANSWERS = {NIL: "Nil return", DECLINED: "Declined", NOT_APPLICABLE: "Not applicable", AWAITING: "No return"}


def tally(settings: Stored, given: argparse.Namespace) -> None:
    """Print the numbers of a cycle, whether it was run here or imported."""
    with settings.database() as sessions, sessions.reading() as session:
        before = audits.find(session, given.audit)
        board = None if before else board_rules.board(session, _run_here(session, given.audit).id)
    numbers = audits.to_json(before) if before else _numbers(board) if board else {}
    if given.json:
        print(json.dumps({"cycle": before.number if before else given.audit} | numbers))
        return
    print("\n".join([*(_past(before) if before else []), *(_tally(board) if board else []), CAVEAT]))


def _numbers(board: Board) -> dict[str, object]:
    numbers = tally_rules.to_json(board.tally, board.themes, board.graded) | answered.to_json(board.answered)
    return numbers | {"adds_up": numbers["adds_up"] and all(each.adds_up for each in board.answered)}


def _run_here(session: Session, number: int | str) -> Cycle:
    if isinstance(number, str):
        raise NotFound(f"There is no audit “{number}”. Only imported audits can be named; for others give the number.")
    return cycle_facts.by_number(session, number)


def _tally(board: Board) -> list[str]:
    """The lines with the ratified judgements of a cycle that is run here."""
    counted, cycle = board.tally.ratified, board.cycle
    overall = _judged(counted, cycle.scale) if cycle.tool.asks_overall else [f"  Not ratified yet: {counted.awaiting}"]
    return [
        f"{cycle.name}: {counted.total} cases",
        *overall,
        *(line for section, tally in board.graded for line in _of_section(section, tally.ratified)),
        *(f"Learning theme {each.named}: {each.cases} of {each.of} cases" for each in board.themes),
        *_unreleased(board),
    ]


def _judged(counted: Count, scale: Scale) -> list[str]:
    return [
        *(f"  {grade.label}: {counted.grades[grade.key]}" for grade in scale.grades),
        f"  Not graded: {counted.not_graded_in_all}",
        *([f"  Graded by section alone: {counted.no_overall}"] if counted.no_overall else []),
        f"  Not ratified yet: {counted.awaiting}",
    ]


def _of_section(section: Section, counted: Count) -> list[str]:
    scale = section.graded_on
    apart = [f"  Not applicable: {counted.not_applicable}"] if scale.not_applicable else []
    return [f"{section.label}: {counted.base} cases", *_judged(counted, scale), *apart]


def _unreleased(board: Board) -> list[str]:
    """A line saying that the numbers are for coordinators only, if they include unreleased cases."""
    waiting = sum(case.released_at is None for case in board.cases)
    if not waiting:
        return []
    return [
        f"{waiting} of {len(board.cases)} cases aren't released yet: until they are, this is for coordinators only."
    ]


def statistics(settings: Stored, given: argparse.Namespace) -> None:
    """Compare a cycle's self-grades with what was ratified, and print their spread and the trend."""
    with settings.database() as sessions, sessions.reading() as session:
        board = board_rules.board(session, cycle_facts.by_number(session, given.cycle).id)
        view = figures.of(session, None, board)
    print(json.dumps(_as_json(view)) if given.json else "\n".join([*_in_words(view), *_unreleased(board)]))


def _as_json(found: Figures) -> dict[str, object]:
    return {
        "cycle": found.cycle.number,
        "statistics": asdict(found.statistics),
        "changed_after_release": found.changed,
        "trend": [asdict(point) | {"scale": point.scale.key} for point in found.points],
        "recurring": [asdict(each) for each in found.recurring],
    }


def _in_words(found: Figures) -> list[str]:
    numbers, graded_overall = found.statistics, found.cycle.tool.asks_overall
    lines = [found.cycle.name, *(_overall(found) if graded_overall else [])]
    for name, moved in zip(graded_sections.names(found.cycle.tool).values(), numbers.sections.values(), strict=True):
        lines.append(f"{name}: {kinder(moved.ratified)}")
        lines.append(f"  Moderated: moved up {moved.moderated.up}, down {moved.moderated.down}")
    lines += bounded(found.points)
    for point in found.points:
        rows = {point.scale.band(keys): number for keys, number in {**point.grades, **point.bands}.items()}
        rows |= {"Not graded": point.not_graded, "Not ratified yet": point.awaiting}
        rows = {BY_SECTION: point.no_overall} if point.by_section else rows
        counts = ", ".join(f"{label} {number}" for label, number in rows.items())
        lines.append(f"{audit_name(point.title, point.number)}: {point.cases} cases: {counts}")
    return [*lines, CAVEAT]


def _overall(found: Figures) -> list[str]:
    """Lines that compare overall self-grades with ratified judgements."""
    numbers, named = found.statistics, found.cycle.scale.band
    return [
        f"Self-grade against ratified judgement: {kinder(numbers.overall)}",
        *(f"  {agency}: {kinder(each)}" for agency, each in numbers.by_agency.items()),
        f"Moderated: moved up {numbers.moderated.up}, down {numbers.moderated.down}",
        f"Self-grades within one grade in {numbers.within_one} of {numbers.compared} cases",
        *(
            f"  {each.reference}: {named(each.best)} to {named(each.worst)} ({each.graded} grades)"
            for each in numbers.spreads
        ),
    ]


def take(settings: Stored, given: argparse.Namespace) -> None:
    """Import the results of past audits from a CSV file or a workbook; with --dry-run only say what would come in."""
    file, scale = import_file.opened(contents(given.results)), _scale(given.scale)
    about = {"cycle": given.cycle_named, "title": given.title}
    with settings.database() as sessions:
        if given.dry_run:
            with sessions.reading() as session:
                incoming_audits = import_file.incoming(session, file, scale, **about)
        else:
            with sessions.begin() as session:
                incoming_audits = import_file.take(session, file, scale, **about)
    print("\n".join([line for each in incoming_audits for line in _incoming(each, dry=given.dry_run)]))
    if given.dry_run:
        print("This was a dry run: nothing was stored.")
    elif not any(each.fresh for each in incoming_audits):
        print("All of this was imported before: nothing was added.")


def _scale(named: str | None) -> Scale | None:
    if named is None or named in SCALES:
        return SCALES[named] if named else None
    if named.endswith(".json"):
        return scale_file.read(contents(Path(named)))
    raise Refused(f"There is no scale “{named}”; there are {', '.join(SCALES)}, or name a JSON file.")


def _incoming(each: Incoming, *, dry: bool) -> list[str]:
    come = "would come in" if dry else "came in"
    lines = [
        *_past(each.audit),
        f"  New: {len(each.fresh)} lines {come}. Already there: {each.there}.",
    ]
    if each.strange:
        lines.append(f"  Areas that aren't set up (a typing error?): {', '.join(each.strange)}.")
    return lines


def _past(audit: PastAudit) -> list[str]:
    """The lines with the numbers of an imported cycle."""
    unjudged = f", {audit.unjudged} of them without a judgement" if audit.unjudged else ""
    lines = [f"{audit_name(audit.title, audit.number)}, imported: {audit.cases} cases{unjudged}"]
    if audit.shared:
        lines.append(f"  Only counts were judged; of the cases known otherwise, {audit.shared} count as among them.")
    moderation = audit.moderation
    lines += _parts(audit.scale, "", audit.judgements, audit.returns, moderation.numbers)
    if moderation.numbers.total:
        lines.append(f"    Moved up: {moderation.up}, left as they were: {moderation.same}, down: {moderation.down}")
    for label, section in audit.sections.items():
        lines += _parts(audit.scale, f"{label}: ", section.judgements, section.returns, section.moderated)
    return lines


def _parts(scale: Scale, of: str, *parts: GradeCounts) -> list[str]:
    """Lines with the numbers of judgements, returns and moderated grades, overall or of one section (`of`)."""
    return [
        line
        for what, numbers in zip(("Judgements", "Returns", "Moderated"), parts, strict=True)
        if numbers.total
        for line in (f"  {of}{what}: {numbers.total}", *(f"    {row}" for row in _rows(scale, numbers)))
    ]


def _rows(scale: Scale, numbers: GradeCounts) -> list[str]:
    """A line for each grade, band and reason."""
    rows = [f"{grade.label}: {numbers.grades[grade.key]}" for grade in scale.grades]
    rows += [f"{scale.band(key)} (not told apart): {number}" for key, number in numbers.bands.items()]
    reasons = {**REASONS, NOT_GIVEN: "No reason given"}
    counts = ", ".join(f"{reasons[key].lower()} {number}" for key, number in numbers.not_graded.items())
    rows.append(f"Not graded: {numbers.not_graded_in_all} ({counts})")
    return [*rows, *(f"{_ANSWERS[answer]}: {number}" for answer, number in numbers.answers.items() if number)]


def remove(settings: Stored, given: argparse.Namespace) -> None:
    """Remove an imported audit cycle, so that it can be imported again."""
    with settings.database() as sessions, sessions.begin() as session:
        gone = import_file.remove(session, given.audit)
    print(f"{audit_name(gone.title, gone.number)} is no longer kept. It can be imported again.")


def check(given: argparse.Namespace) -> None:
    """Check published figures: do they add up, and do their percentages fit? Exit status 1 if something doesn't."""
    wrong = False
    for each in published_figures.read(contents(given.figures)):
        faults = check_published.faults(each)
        wrong = wrong or bool(faults)
        name = f"{each.name}: " if each.name else ""
        stated = f", and {len(each.stated)} stated percentages fit" if each.stated else ""
        fine = f"The figures come to {each.cases} cases{stated}." if each.grades else "There are no contradictions."
        print("\n".join(f"{name}{said}" for said in (*(faults or (fine,)), *check_published.notes(each))))
    sys.exit(1 if wrong else 0)


def fits(given: argparse.Namespace) -> None:
    """Say which counts make a percentage of a number of cases, or of any number up to 100."""
    print(check_published.which(given.percent, given.of))
