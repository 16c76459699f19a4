"""The command for a cycle's report: make a version, and write it and its learning briefing to files."""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy.orm import Session

from audit import cycle_facts
from audit.errors import Refused
from audit.letterhead import current
from audit.report import internal_publications, issue, publications, published, recipients, sign_off_status
from audit.report.issue import ReportView
from audit.report.publishable import CALLED, Publishable
from audit.report.recipients import Sent
from audit.retention import due
from bot.settings import Stored
from jobs import check_publication
from storage import private_files
from storage.engine import Sessions
from storage.publications import Audience
from storage.reports import Edition, Report
from views import documents
from views.documents import Document
from views.report.editions import document


def report(settings: Stored, given: argparse.Namespace) -> None:
    """Write a cycle's report, as things stand, into a folder, with the learning briefing if there can be one.

    It is the full edition, or with --public the public one.
    """
    with settings.database() as sessions:
        with sessions.begin() as session:
            cycle = cycle_facts.by_number(session, given.cycle)
            cycle_id, removed = cycle.id, due.texts_removed(session, cycle)
            issued = issue.make(session, None, cycle_id) if given.version is None else _kept(session, cycle_id, given)
            if not given.public:
                row = session.get_one(Report, issued.id)
                internal_publications.note(session, None, row, Audience.PARTNERSHIP)
                issue.note_reading(session, None, row, Edition.FULL)
        shown, lines = _released(sessions, issued.id, public=given.public, unsigned=given.unsigned)
        with sessions.reading() as session:
            sent = recipients.register(session, cycle_id)
            written = [_written(session, issued, edition, sent, may) for edition, may in shown.items()]
    paths = _write(given.out, _files(written))
    made = "without the texts, whose retention period has ended" if removed else "as it was made"
    new = "new" if issued.new else made if given.version else "the same as before"
    print(f"Report of audit {given.cycle}, version {issued.version} ({new}):")
    print("\n".join([*map(str, paths), *lines]))


def _kept(session: Session, cycle_id: str, given: argparse.Namespace) -> ReportView:
    """The version of the report with the given number."""
    return issue.report(session, issue.numbered(session, cycle_id, given.version))


def _released(
    sessions: Sessions, report_id: str, *, public: bool, unsigned: str
) -> tuple[Mapping[Edition, Publishable | None], list[str]]:
    """The editions to write with what each may include, and lines that say what is left out and why.

    Refused if there can be no public edition; a learning briefing that isn't possible is left out.
    """
    shown: dict[Edition, Publishable | None] = {} if public else {Edition.FULL: None}
    lines: list[str] = []
    for edition in (*([Edition.PUBLIC] if public else []), Edition.BRIEFING):
        try:
            shown[edition], left_out = _release(sessions, report_id, edition, unsigned)
        except Refused as refusal:
            if edition == Edition.PUBLIC:
                raise
            lines.append(f"No learning briefing: {refusal.sentence}")
        else:
            lines += left_out
    return shown, lines


def _release(
    sessions: Sessions, report_id: str, edition: Edition, unsigned: str
) -> tuple[Publishable | None, list[str]]:
    """What a public edition may include, checked and released unless it was before; and lines on what it leaves out.

    `unsigned`: why a public edition is published although not all have signed.
    """
    with sessions.begin() as session:
        publication_id = publications.ask(session, None, session.get_one(Report, report_id), edition, unsigned=unsigned)
        if publication_id is None:
            return published.shown(session, report_id, edition), []
    check_publication.decide(sessions, publication_id)
    with sessions.begin() as session:
        released = publications.release_decided(session, None, publication_id)
    decision = released.decision
    assert decision  # noqa: S101  # release_decided refuses without one
    left_out = (f"{decision.table(name)}: {why}" for name, why in decision.left_out)
    lines = [f"The {CALLED[edition]} leaves out: {each}." for each in left_out]
    lines += [f"Nothing checks what {what} says: “{words}”." for what, words in released.stated]
    return decision.shown, lines


def _written(
    session: Session, issued: ReportView, edition: Edition, sent: Sequence[Sent], shown: Publishable | None
) -> Document:
    """An edition as a document; an edition for people outside is checked for names once more."""
    standing = sign_off_status.version_standing(session, issued.id)
    drawn = document(issued.contents, edition, issued.version, issued.made_at, sent, shown=shown, standing=standing)
    drawn = replace(drawn, letterhead=current.letterhead(session))
    if edition != Edition.FULL:
        publications.require_unnamed(session, edition, documents.markdown(drawn))
    return drawn


def _files(written: Iterable[Document]) -> Mapping[str, bytes]:
    """File name -> content: each document as a Word file and as Markdown, and the charts that the Markdown shows."""
    files: dict[str, bytes] = {}
    for each in written:
        files[f"{each.name}.docx"] = documents.docx(each)
        files[f"{each.name}.md"] = documents.markdown(each).encode()
        for number, chart in enumerate(each.charts, 1):
            files[documents.chart_name(each, number)] = chart.png()
    return files


def _write(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write the files; Refused if that isn't possible."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            private_files.write(folder / name, data)
    except OSError as error:
        raise Refused(f"The report could not be written to {folder}: {error.strerror}.") from None
    return [folder / name for name in files]
