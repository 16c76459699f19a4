"""Erasing texts of one case, as an export of the case lists them: what would go, what else has it, and doing it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import trail
from audit.cycle import sheet_file
from audit.errors import Refused
from audit.governance import case as case_rules
from audit.governance import export
from audit.governance.export_rows import ExportedText
from audit.report import issue, meeting_pack, recipients
from audit.report.recipients import Sent
from audit.retention import erased_before, erasing, hold, purge
from audit.retention.erasing import ChosenText
from audit.screening import erased
from audit.sheet.state import link
from storage.cases import Case
from storage.cycles import Cycle
from storage.engine import Sessions
from storage.faults import fault
from storage.remembered import Remembered
from storage.reports import Report
from storage.rotation import Unopened
from storage.sheet_state import SheetState
from storage.text_removal import LastingWords
from storage.trail import TrailEntry

_FILES = (export.CASE, meeting_pack.VERB, issue.READ, sheet_file.VERB)
"""What the trail calls it when somebody has a file that may have any text of a case."""


@dataclass(frozen=True)
class Asked:
    """Which texts of a case are to be erased: those of `references`, as its export lists them, or all.

    `by`: who asks for it, as a role; `why`: the reason, a word of the command line's list.
    """

    reference: str
    audit: int | str | None
    references: tuple[str, ...]
    by: str
    why: str


@dataclass(frozen=True)
class FileOut:
    """A file that somebody has, and which may have the texts: what it is of, since when, who has it."""

    what: str
    at: datetime
    who: str


@dataclass(frozen=True)
class ErasePlan:
    """What would be erased. `rows`: a table -> from how many of its rows something goes.

    `copies` of the texts go with them; of those `quoting` them, what they quote. `alike`: other texts of the case in
    the same words, which stay; `before`: references of texts erased earlier.
    `reports`: the numbers of the versions of the report that have the words, and `sent` who was sent them; `files`:
    other files that may have them. `sheets`: addresses. `left`: texts that can't be opened.
    """

    case_id: str
    reference: str
    audit: str
    texts: tuple[ExportedText, ...]
    copies: tuple[ExportedText, ...]
    quoting: tuple[ExportedText, ...]
    alike: tuple[ExportedText, ...]
    before: tuple[str, ...]
    rows: Mapping[str, int]
    reports: tuple[int, ...]
    sent: tuple[Sent, ...]
    files: tuple[FileOut, ...]
    sheets: tuple[str, ...]
    left: tuple[Unopened, ...]


def plan(session: Session, asked: Asked, words: LastingWords) -> ErasePlan:
    """What would be erased now; nothing is changed. Refused, NotFound in words."""
    made = case_rules.of_case(session, asked.reference, asked.audit)
    if made.cycle_id is None:
        raise Refused(f"Only results are known of the case {asked.reference} in that audit, and no text.")
    case, cycle = session.get_one(Case, made.subject_id), session.get_one(Cycle, made.cycle_id)
    _require_free(cycle, free=not made.audits[0].held)
    known = (*made.texts, *made.elsewhere)
    named = {each.reference: each for each in known if each.reference}
    wanted = asked.references or tuple(each.reference for each in made.texts if each.reference)
    before = tuple(each for each in wanted if each not in named)
    unknown = [each for each in before if not erasing.is_known(session, case, each)]
    if unknown:
        raise Refused(
            f"There is no text {unknown[0]} of the case {case.reference}. Look again at the reference, and at the case."
            " If both are right, export the case again: a text has another reference once its words or the newest"
            " encryption key were changed. Nothing was erased."
        )
    texts = tuple(named[each] for each in dict.fromkeys(wanted) if each in named)
    found = erasing.look(session, case, _chosen(texts), purge.lasting(session, words))
    copies = tuple(each for each in known if _place(each) in found.copies and each not in texts)
    quoting = tuple(each for each in known if _place(each) in found.quoting)
    wordings = {erased.folded(each.wording) for each in texts}
    alike = tuple(
        each for each in made.texts if erased.folded(each.wording) in wordings and _place(each) not in found.copies
    )
    reports = session.scalars(
        select(Report.version).where(Report.id.in_([row for table, row in found.rows if table == "reports"]))
    ).all()
    sent = tuple(each for each in recipients.register(session, cycle.id) if each.version in reports)
    return ErasePlan(
        case.id, case.reference, cycle.name, texts, copies, quoting, alike, before,
        Counter(table for table, _ in found.rows), tuple(sorted(reports)), sent,
        _files(session, case, has_report=bool(reports)), _sheets(session, cycle), tuple(found.left),
    )  # fmt: skip


def erase_for_good(
    sessions: Sessions, memory: Remembered, planned: ErasePlan, asked: Asked, words: LastingWords
) -> int:
    """Erase what was planned, from how many rows; all of it, or nothing if this is ended before it is done."""
    with sessions.reading() as session:  # not while others wait to write
        lasting = purge.lasting(session, words)
    with sessions.begin() as session:
        case = session.get_one(Case, planned.case_id)
        _require_free(session.get_one(Cycle, case.cycle_id), free=hold.is_free(session, case.cycle_id))
        texts = _chosen(planned.texts)
        found = erasing.erase(session, case, texts, lasting)
        if found.rows:
            for each in texts:
                erasing.note(session, asked.by, case, each, asked.why)
            erased_before.remember(session, memory, case, texts, found)
        fault("erase.remembered")
    fault("erase.before_compact")
    return len(found.rows)


def _place(text: ExportedText) -> tuple[str, str, str]:
    return text.table, text.row_id, text.key


def _chosen(texts: Iterable[ExportedText]) -> list[ChosenText]:
    return [ChosenText(*_place(each), each.wording, each.reference) for each in texts]


def _require_free(cycle: Cycle, *, free: bool) -> None:
    if not free:
        raise Refused(
            f"{cycle.name} is on hold, so nothing of it is erased. `roundtable hold list` says why; `roundtable hold"
            f" lift {cycle.number}` lifts it."
        )


def _files(session: Session, case: Case, *, has_report: bool) -> tuple[FileOut, ...]:
    """What the register of readings knows of the audit's files, the oldest first."""
    entries = session.scalars(
        select(TrailEntry)
        .where(TrailEntry.verb.in_(_FILES), TrailEntry.cycle_id == case.cycle_id)
        .order_by(TrailEntry.number)
    )
    return tuple(
        FileOut(trail.READINGS[each.verb], each.at, each.actor)
        for each in entries
        if (has_report or each.verb != issue.READ) and (each.verb != export.CASE or each.subject_id == case.id)
    )


def _sheets(session: Session, cycle: Cycle) -> tuple[str, ...]:
    drawn = select(SheetState.spreadsheet_id).where(SheetState.cycle_id == cycle.id).order_by(SheetState.id)
    return tuple(address for each in session.scalars(drawn) if (address := link(each)))
