"""The command line's part about a cycle's report: issue it, and write it and its learning briefing as files."""

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path

from audit import cycles, distributions, reports
from audit.errors import Refused
from bot.settings import Settings
from storage import private
from storage.reports import Edition
from views import documents
from views.documents import Document
from views.editions import document


def report(settings: Settings, given: argparse.Namespace) -> None:
    """Make a cycle's report as things stand, and write it and the learning briefing into a folder."""
    with settings.database() as sessions, sessions.begin() as session:
        cycle_id = cycles.by_number(session, given.cycle).id
        issued = reports.issue(session, None, cycle_id)
        sent = distributions.register(session, cycle_id)
        edition = Edition.PUBLIC if given.public else Edition.FULL
        written = [
            document(issued.contents, each, issued.version, issued.made_at, sent)
            for each in (edition, Edition.BRIEFING)
        ]  # a refusal here takes back the version, too
    said = "is new" if issued.new else "says the same as before"
    print(f"Report of audit cycle {given.cycle}, version {issued.version} ({said}):")
    for path in _write(given.out, _files(written)):
        print(path)


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
