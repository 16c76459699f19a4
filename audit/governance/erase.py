"""Erase texts of a case, or of an audit as a whole, that an export lists: plan it, then do it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import trail
from audit.cycle import sheet_file
from audit.cycle_facts import by_number
from audit.errors import Refused
from audit.governance import case as case_rules
from audit.governance import export, whole_audit
from audit.governance.export_rows import ExportedText
from audit.report import issue, meeting_pack, recipients
from audit.report.recipients import Sent
from audit.retention import erased_before, erasing, hold, purge
from audit.retention.erasing import ChosenText, WhoseTexts
from audit.screening import erased
from audit.sheet.spreadsheet_address import link
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

_FILES = (export.CASE, export.AUDIT, meeting_pack.VERB, issue.READ, sheet_file.VERB)
"""The trail's verbs for having a file that may contain any text of an audit."""


@dataclass(frozen=True)
class Asked:
    """The texts to erase: those with `references` (see audit.governance.export_rows), or all of the case's if empty.

    `reference`: the case's, or None for the audit's own texts. `by`: who asks, as a role. `why`: a reason from the
    command line's list.
    """

    reference: str | None
    audit: int | str | None
    references: tuple[str, ...]
    by: str
    why: str


@dataclass(frozen=True)
class FileOut:
    """A file that somebody has and that may contain the texts: what it is of, since when, and who has it."""

    what: str
    at: datetime
    who: str


@dataclass(frozen=True)
class ErasePlan:
    """What would be erased. `called`: what it belongs to, in words. `rows`: table -> number of rows that are changed.

    `copies` of the texts are erased with them; from `quoting` texts, the quotations are. `alike`: other texts with the
    same words, which stay. `before`: references of texts erased earlier. `reports`: versions of the report with the
    words; `sent`: who was sent them; `files`: other files that may have the words. `sheets`: addresses. `left`: texts
    that can't be opened.
    """

    whose: WhoseTexts
    called: str
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
    """What would be erased now. Nothing is changed. Refused or NotFound, with a sentence."""
    of = _of_case(session, asked) if asked.reference else _of_audit(session, asked)
    cycle = session.get_one(Cycle, of.whose.cycle_id)
    _require_free(cycle, free=not session.scalar(select(Cycle.id).where(Cycle.id == cycle.id, hold.held())))
    named = {each.reference: each for each in of.texts if each.reference}
    wanted = asked.references or of.every
    before = tuple(each for each in wanted if each not in named)
    unknown = [each for each in before if not erasing.is_known(session, of.whose, each)]
    if unknown:
        raise Refused(
            f"There is no text {unknown[0]} of {of.called}. Look again at the reference, and at what it is of. If both"
            " are right, export it again: a text has another reference once its words or the newest encryption key"
            " were changed. Nothing was erased."
        )
    texts = tuple(named[each] for each in dict.fromkeys(wanted) if each in named)
    affected = erasing.look(session, of.whose, _chosen(texts), purge.lasting(session, words))
    copies = tuple(each for each in of.texts if _place(each) in affected.copies and each not in texts)
    quoting = tuple(each for each in of.texts if _place(each) in affected.quoting)
    wordings = {erased.folded(each.wording) for each in texts}
    alike = tuple(
        each for each in of.texts if erased.folded(each.wording) in wordings and _place(each) not in affected.copies
    )
    reports = session.scalars(
        select(Report.version).where(Report.id.in_([row for table, row in affected.rows if table == "reports"]))
    ).all()
    sent = tuple(each for each in recipients.register(session, cycle.id) if each.version in reports)
    return ErasePlan(
        of.whose, of.called, texts, copies, quoting, alike, before,
        Counter(table for table, _ in affected.rows), tuple(sorted(reports)), sent,
        _files(session, of.whose, has_report=bool(reports)), _sheets(session, cycle), tuple(affected.left),
    )  # fmt: skip


@dataclass(frozen=True)
class _Known:
    """A case or audit: its name, the texts that may have the words, and the references of a case's own (`every`)."""

    whose: WhoseTexts
    called: str
    texts: tuple[ExportedText, ...]
    every: tuple[str, ...] = ()


def _of_case(session: Session, asked: Asked) -> _Known:
    made = case_rules.of_case(session, asked.reference or "", asked.audit)
    if made.cycle_id is None:
        raise Refused(f"Only results are known of the case {asked.reference} in that audit, and no text.")
    case, cycle = session.get_one(Case, made.subject_id), session.get_one(Cycle, made.cycle_id)
    every = tuple(each.reference for each in made.texts if each.reference)
    return _Known(
        WhoseTexts.of_case(case), f"case {case.reference} of {cycle.name}", (*made.texts, *made.elsewhere), every
    )


def _of_audit(session: Session, asked: Asked) -> _Known:
    if not isinstance(asked.audit, int):
        raise Refused("Only results are known of an audit that was imported, and no text.")
    cycle = by_number(session, asked.audit)
    return _Known(WhoseTexts.of_audit(cycle), cycle.name, tuple(whole_audit.texts(session, cycle.id)))


def erase_for_good(
    sessions: Sessions, memory: Remembered, planned: ErasePlan, asked: Asked, words: LastingWords
) -> int:
    """Erase what was planned, in one transaction. Returns how many rows were changed."""
    with sessions.reading() as session:  # doesn't block other writers
        lasting = purge.lasting(session, words)
    with sessions.begin() as session:
        whose, texts = planned.whose, _chosen(planned.texts)
        _require_free(session.get_one(Cycle, whose.cycle_id), free=hold.is_free(session, whose.cycle_id))
        affected = erasing.erase(session, whose, texts, lasting)
        if affected.rows:
            for each in texts:
                erasing.note(session, asked.by, whose, each, asked.why)
            erased_before.remember(session, memory, whose, texts, affected)
        fault("erase.remembered")
    fault("erase.before_compact")
    return len(affected.rows)


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


def _files(session: Session, whose: WhoseTexts, *, has_report: bool) -> tuple[FileOut, ...]:
    """The audit's files in the register of readings, oldest first. For a case, files of other cases are left out."""
    entries = session.scalars(
        select(TrailEntry)
        .where(TrailEntry.verb.in_(_FILES), TrailEntry.cycle_id == whose.cycle_id)
        .order_by(TrailEntry.number)
    )
    return tuple(
        FileOut(trail.READINGS[each.verb], each.at, each.actor)
        for each in entries
        if (has_report or each.verb != issue.READ)
        and (each.verb != export.CASE or whose.case_id in (None, each.subject_id))
    )


def _sheets(session: Session, cycle: Cycle) -> tuple[str, ...]:
    drawn = select(SheetState.spreadsheet_id).where(SheetState.cycle_id == cycle.id).order_by(SheetState.id)
    return tuple(address for each in session.scalars(drawn) if (address := link(each)))
