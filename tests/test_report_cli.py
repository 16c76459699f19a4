"""`roundtable report`: the report and its briefing as files, in both editions, never over another version's."""

from argparse import Namespace
from pathlib import Path

import pytest

from audit.errors import Refused
from bot import report_cli
from storage.cycles import Cycle, CycleState
from tests.play import Play
from tests.reporting import answered, opened, words


def written(play: Play, folder: Path, *, public: bool = False) -> set[str]:
    report_cli.report(play.settings, Namespace(cycle=2, out=folder, public=public))
    return {file.name for file in folder.iterdir()}


def test_both_editions_and_the_next_version(play: Play, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cycle_id = answered(play)
    with play.sessions.begin() as session:
        session.get_one(Cycle, cycle_id).state = CycleState.COLLECTING
    with pytest.raises(Refused, match=r"has no report yet: one can be made once its meeting has begun"):
        written(play, tmp_path / "none")
    assert not (tmp_path / "none").exists()
    with play.sessions.begin() as session:
        session.get_one(Cycle, cycle_id).state = CycleState.MEETING
    folder = tmp_path / "made" / "for us"
    names = written(play, folder)
    assert {"audit-2-report-v1.docx", "audit-2-report-v1.md", "audit-2-briefing-v1.docx"} < names
    text = (folder / "audit-2-report-v1.md").read_text()
    assert all(f"({name})" in text for name in names if name.startswith("audit-2-report-v1-chart"))
    assert "version 1 (is new)" in capsys.readouterr().out
    same = (folder / "audit-2-report-v1.docx").read_bytes()
    assert written(play, folder, public=True) >= {"audit-2-public-v1.docx", "audit-2-public-v1.md"}
    assert "version 1 (says the same as before)" in capsys.readouterr().out
    assert "T2-" not in (folder / "audit-2-public-v1.md").read_text()
    board = play.board()
    for key, number in board.tally.ratified.grades.items():
        assert f"| {board.cycle.scale.grade(key).label} | {number}" in text
    assert board.cases[0].reference in words(opened(same))

    with play.sessions.begin() as session:
        session.get_one(Cycle, cycle_id).origin = "An inspection."
    assert written(play, folder) > names
    assert (folder / "audit-2-report-v1.docx").read_bytes() == same, "the first version is still there"
    assert "An inspection." in words(opened((folder / "audit-2-report-v2.docx").read_bytes()))
    (folder / "audit-2-report-v2.md").unlink()
    (folder / "audit-2-report-v2.md").mkdir()
    with pytest.raises(Refused, match=r"The report could not be written to .*: Is a directory"):
        written(play, folder)
