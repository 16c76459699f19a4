"""`roundtable report`: the report and its briefing as files, in both editions, never over another version's."""

from argparse import Namespace
from pathlib import Path

import pytest
from sqlalchemy import update

from audit import trail_check
from audit.errors import Refused
from bot import report_cli
from storage import chain
from storage.cases import Case
from storage.clock import now
from storage.cycles import Cycle, CycleState
from tests.kit.play import Play
from tests.kit.publishing import WHY
from tests.kit.reporting import answered, opened, whole, words


def written(
    play: Play, folder: Path, *, public: bool = False, version: int | None = None, unsigned: str = WHY
) -> set[str]:
    given = Namespace(cycle=2, out=folder, public=public, version=version, unsigned=unsigned)
    report_cli.report(play.settings, given)
    return {file.name for file in folder.iterdir()}


@pytest.mark.on_sqlite
def test_both_editions_and_the_next_version(play: Play, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cycle_id = answered(play)
    with play.sessions.begin() as session:
        session.get_one(Cycle, cycle_id).state = CycleState.COLLECTING
    with pytest.raises(Refused, match="is still collecting returns, so no report is made of it"):
        written(play, tmp_path / "none")
    assert not (tmp_path / "none").exists()
    with play.sessions.begin() as session:
        session.get_one(Cycle, cycle_id).state = CycleState.MEETING
    chain.seal(play.sessions)
    with play.reading() as session:
        [head, of_none] = trail_check.heads(session, cycle_id)
    folder = tmp_path / "made" / "for us"
    names = written(play, folder)
    assert {"audit-2-report-v1.docx", "audit-2-report-v1.md", "audit-2-briefing-v1.docx"} < names
    text = (folder / "audit-2-report-v1.md").read_text()
    assert all(f"({name})" in text for name in names if name.startswith("audit-2-report-v1-chart"))
    assert "version 1 (new)" in capsys.readouterr().out
    assert f"- {head}\n- {of_none}\n" in text
    chain.seal(play.sessions)  # that it was made is in the trail; and is no reason for another version
    same = (folder / "audit-2-report-v1.docx").read_bytes()
    for why, said in (("", "Not all have signed version 1 off. Awaited: Local authority, "), ("NE1 1AA", "a postcode")):
        with pytest.raises(Refused, match=said):
            written(play, folder, public=True, unsigned=why)
    assert written(play, folder, public=True) >= {"audit-2-public-v1.docx", "audit-2-public-v1.md"}
    assert "version 1 (the same as before)" in capsys.readouterr().out
    public = (folder / "audit-2-public-v1.md").read_text()
    assert "T2-" not in public
    assert head not in public
    board = play.board()
    for key, number in board.tally.ratified.grades.items():
        assert f"| {board.cycle.scale.grade(key).label} | {number}" in text
    assert board.cases[0].reference in words(opened(same))

    with play.sessions.begin() as session:
        session.get_one(Cycle, cycle_id).origin = "An inspection."
    assert "audit-2-public-v2.docx" in written(play, tmp_path / "second", public=True), "it counts the same"
    again = written(play, tmp_path / "again", public=True, version=1)
    assert "audit-2-public-v1.docx" in again
    with pytest.raises(Refused, match="There is no version 7"):
        written(play, folder, version=7)
    assert written(play, folder) > names
    assert (folder / "audit-2-report-v1.docx").read_bytes() == same, "the first version is still there"
    assert "An inspection." in words(opened((folder / "audit-2-report-v2.docx").read_bytes()))
    (folder / "audit-2-report-v2.md").unlink()
    (folder / "audit-2-report-v2.md").mkdir()
    with pytest.raises(Refused, match=r"The report could not be written to .*: Is a directory"):
        written(play, folder)


def test_what_cant_go_to_teams_isnt_written_and_the_full_edition_is(
    play: Play, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answered(play, released=False)
    names = written(play, tmp_path / "made")
    assert "audit-2-report-v1.docx" in names
    assert not any("briefing" in name for name in names)
    assert (
        "No learning briefing: Version 1 counts cases whose summaries aren't out yet: T2-C" in capsys.readouterr().out
    )
    with pytest.raises(Refused, match="summaries aren't out yet"):
        written(play, tmp_path / "none", public=True)
    assert not (tmp_path / "none").exists()


def test_what_is_left_out_is_said_and_what_would_add_to_what_went_out_isnt_written(
    play: Play, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole(play)
    assert "audit-2-public-v1.md" in written(play, tmp_path / "first", public=True)
    said = capsys.readouterr().out
    assert "The public edition leaves out: The judgements by area: whoever reads it could be sure how many" in said
    text = (tmp_path / "first" / "audit-2-public-v1.md").read_text()
    assert "The judgements by area are left out so that no child can be recognised." in text
    assert "| SGO payments | 4 of 15 |" in text
    with play.sessions.begin() as session:
        session.execute(update(Case).where(Case.reference == "T2-NORTH-02").values(withdrawn_at=now(session)))
    with pytest.raises(Refused, match="would add to what earlier publications reveal: version 1 went out on"):
        written(play, tmp_path / "none", public=True)
    assert not (tmp_path / "none").exists()
    assert "No learning briefing: This learning briefing would add to" in str(
        (written(play, tmp_path / "full"), capsys.readouterr().out)
    )
