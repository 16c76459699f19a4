"""The command line's part about a cycle's report: issue it, and write it and its learning briefing as files."""

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlalchemy.orm import Session

from audit import cycle_facts
from audit.errors import Refused
from audit.report import issue, publications, recipients
from audit.report.issue import ReportView
from bot.settings import Stored
from storage import private
from storage.reports import Edition, Report
from views import documents
from views.documents import Document
from views.report.editions import document


def report(settings: Stored, given: argparse.Namespace) -> None:
    """Make a cycle's report as things stand and write it into a folder, with the learning briefing if there can be one.

    The full edition, or with --public the public one; Refused if there can be none of it.
    """
    with settings.database() as sessions, sessions.begin() as session:
        cycle_id = cycle_facts.by_number(session, given.cycle).id
        issued = issue.issue(session, None, cycle_id) if given.version is None else _kept(session, cycle_id, given)
        sent = recipients.register(session, cycle_id)
        editions, left_out = _editions(session, issued.id, public=given.public)  # a refusal takes back the version, too
        written = [document(issued.contents, each, issued.version, issued.made_at, sent) for each in editions]
    paths = _write(given.out, _files(written))
    said = "is new" if issued.new else "as it was made" if given.version else "says the same as before"
    print(f"Report of audit cycle {given.cycle}, version {issued.version} ({said}):")
    print("\n".join([*map(str, paths), *left_out]))


def _kept(session: Session, cycle_id: str, given: argparse.Namespace) -> ReportView:
    """An earlier version."""
    return issue.report(session, issue.numbered(session, cycle_id, given.version))


def _editions(session: Session, report_id: str, *, public: bool) -> tuple[list[Edition], list[str]]:
    """What is to be written, and in words what is left out; Refused if there can be no public edition."""
    found = session.get_one(Report, report_id)
    if public:
        publications.let_go(session, None, found, Edition.PUBLIC)
    try:
        publications.let_go(session, None, found, Edition.BRIEFING)
    except Refused as refusal:
        return [Edition.PUBLIC if public else Edition.FULL], [f"No learning briefing: {refusal.sentence}"]
    return [Edition.PUBLIC if public else Edition.FULL, Edition.BRIEFING], []


def _files(written: Iterable[Document]) -> Mapping[str, bytes]:
    """Each document as a Word file, as Markdown, and the charts that the Markdown shows: name -> bytes."""
    files: dict[str, bytes] = {}
    for each in written:
        files[f"{each.name}.docx"] = documents.docx(each)
        files[f"{each.name}.md"] = documents.markdown(each).encode()
        for number, chart in enumerate(each.charts, 1):
            files[documents.chart_name(each, number)] = chart.png()
    return files


def _write(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write the files; Refused in words where that can't be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            private.write(folder / name, data)
    except OSError as error:
        raise Refused(f"The report could not be written to {folder}: {error.strerror}.") from None
    return [folder / name for name in files]
