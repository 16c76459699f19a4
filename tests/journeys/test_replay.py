"""`make replay SOCKET=1`: the published cycle on a product of its own, in Socket Mode; the one line at the end.

Over HTTP the page's tests play it.
"""

import re
import subprocess
import sys

import pytest

from sandbox import documents
from sandbox.slack.shapes import Obj
from sandbox.surfaces import Disagree, Numbers, of_channel, of_document
from tests.kit.at_length import LONG
from views.documents import Document, FigureMark, Paragraph, Table, docx, markdown

LINE = re.compile(
    r"replayed: cases 15, outstanding 0, good 4, requires improvement 6, inadequate 1, not graded 4, returns 45,"
    r" themes 10, SGO payments 4 of 15, findings 26, recommendations 4, actions 6,"
    r" sections 12, slack messages \d+, sheet writes \d+, seconds \d+"
)


@pytest.mark.at_length
@pytest.mark.skipif(not LONG, reason="`make faults` plays it: on SQLite the page's tests click a whole audit")
def test_the_replay_ends_with_the_published_figures() -> None:
    few = ("--redraw-seconds", "3", "--short")  # fifteen seconds and ten agencies are only longer to wait for
    command = [sys.executable, "-m", "sandbox.replay", "--socket", *few]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *told, last = done.stdout.splitlines()
    assert LINE.fullmatch(last)
    assert sum(line.startswith("replayed") for line in told) == 0
    assert sum("A second cycle, graded by section" in line for line in told) == 1
    assert any("A burst of 45 returns cost " in line for line in told)


def table(caption: str, *rows: tuple[str, str, str]) -> Table:
    head, *others = rows
    return Table(caption, head[:2], tuple(((a,), (b, FigureMark(7), rest)) for a, b, rest in others), (2, 1))


DOCUMENT = Document("audit-2-report-v1", "Audit 2", "Version 1", (
    table("Cases by area", ("Area", "Cases", ""), ("East", "5", "")),
    table("Judgements", ("Grade", "Cases", ""), ("Good", "4", ""), ("Not graded: other", "1", ""),
          ("Not graded: insufficient information", "3", "")),
    Paragraph(("Case T2-EAST-01.",)),
    table("Themes", ("Learning theme", "Cases", ""), ("SGO | payments", "4", " of 15")),
))  # fmt: skip


@pytest.mark.parametrize("suffix", ["docx", "md"])
def test_a_document_s_numbers_are_read_without_their_marks(suffix: str) -> None:
    tables, words = documents.of_word(docx(DOCUMENT)) if suffix == "docx" else documents.of_markdown(markdown(DOCUMENT))
    assert of_document(tables) == Numbers(
        {"outstanding": 0, "good": 4, "requires improvement": 0, "inadequate": 0, "not graded": 4},
        {"SGO | payments": "4 of 15"},
    )
    assert "T2-EAST-01" in words
    assert of_document([]) == Numbers({}, {})


def test_two_tallies_in_a_channel_are_one_too_many() -> None:
    tally: Obj = {
        "text": "Tally of it",
        "blocks": [{"type": "section", "text": {"text": "Outstanding: *0*\nGood: *4*"}}],
    }
    assert of_channel([tally]).grades == {"outstanding": 0, "good": 4}
    with pytest.raises(Disagree, match="2 tallies"):
        of_channel([tally, tally])
