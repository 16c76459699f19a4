"""The figures of a cycle as overseers look at them: what stands in the modal is what the returns come to."""

import re
from argparse import Namespace

import pytest
from sqlalchemy import update

from audit import cycle_facts
from audit.figures.trends import MOST
from audit.past import import_file
from audit.scales import INSPECTION
from bot import figures_cli, loading
from storage.cases import Case
from storage.clock import now
from tests.kit import many_audits
from tests.kit.loaded import FILE
from tests.kit.play import Play
from tests.kit.pressing import asked

RANKS = {grade.key: grade.rank for grade in INSPECTION.grades}
OLD = b"""cycle,title,area,case,agency,grade,kind,count
1,First audit,,,,good_or_requires_improvement,judgement,3
"""

CASES = ("T2-EAST-01", "T2-EAST-03", "T2-NORTH-01")


def test_an_overseer_reads_what_the_returns_come_to(play: Play) -> None:
    file = loading.read(FILE)
    returns = tuple(each for each in file.returns if each.case in CASES)
    judgements = tuple(each for each in file.judgements if each.case in CASES)
    beside = {"findings": (), "recommendations": ()}
    few = file.model_copy(update={"returns": returns, "judgements": judgements, **beside})
    with play.sessions.begin() as session:
        loading.load(session, few, answered=True)
        import_file.take(session, OLD)
        cycle_id = cycle_facts.by_number(session, 2).id
    assert asked(play, "U0CHAIR", "figures.show", cycle_id).ok
    assert "0 of 15 cases; the others follow with their summaries." in play.modal_text("U0CHAIR")
    assert "Audit 2, Transitions*: 15 cases" not in play.modal_text("U0CHAIR")
    assert "Ratified judgements" not in play.modal_text("U0CHAIR"), "each of its numbers would be a zero"
    with play.sessions.begin() as session:
        session.execute(update(Case).values(released_at=now(session)))
    assert asked(play, "U0CHAIR", "figures.show", cycle_id).ok
    told = play.modal_text("U0CHAIR")
    ratified = {each.case: each.grade or "" for each in judgements}
    moved = [
        RANKS[ratified[each.case]] - RANKS[each.grade or ""]
        for each in returns
        if {each.grade, ratified[each.case]} <= set(RANKS)
    ]
    assert 0 < len(moved) < len(returns) == 30
    assert f"{len(moved)} of 150 returns can be compared" in told
    harder = f"{sum(each < 0 for each in moved)} harder, {moved.count(0)} the same."
    assert f"{sum(each > 0 for each in moved)} of {len(moved)} returns kinder than the meeting, {harder}" in told
    assert "First audit (audit 1)* (imported): 3 cases" in told
    assert "Good or Requires improvement, not told apart, 3" in told
    given = list(ratified.values())
    counts = " · ".join(f"{grade.label} {given.count(grade.key)}" for grade in INSPECTION.grades)
    assert f"Audit 2, Transitions*: 15 cases: {counts}" in told
    assert "Not ratified yet 12" in told
    assert all(told.count(each) == 1 for each in CASES)


FIRST = 101
"""The number of the first of the audits run here that are over."""


@pytest.mark.both_databases
def test_the_trend_goes_up_to_the_audit_that_is_looked_at(play: Play, capsys: pytest.CaptureFixture[str]) -> None:
    """Of those run here it has the newest; and what was imported, unless audits run here are left out after it.

    The command line says so, too.
    """
    play.load(opened=False)
    past = "cycle,title,case,grade,kind\n3,Third audit,T3-1,good,judgement\n2019/20,Neglect,T0-1,good,judgement\n"
    with play.sessions.begin() as session:
        import_file.take(session, f"{past}{FIRST + MOST + 1},Newest audit,T9-1,good,judgement\n".encode())
        many_audits.copied(session, many_audits.finished(session, FIRST), range(FIRST + 1, FIRST + MOST + 1))
        ids = {number: cycle_facts.by_number(session, number).id for number in (FIRST + MOST - 1, FIRST + MOST)}
    shown = {}
    for number, cycle_id in ids.items():
        assert asked(play, "U0CHAIR", "figures.show", cycle_id).ok
        shown[number] = re.findall(r"• \*([^*]+)\*(?: \(imported\))?: \d+ case", play.modal_text("U0CHAIR"))
    here = [f"Audit {number}" for number in range(FIRST, FIRST + MOST + 1)]
    assert shown == {
        FIRST + MOST - 1: ["Neglect (audit 2019/20)", "Third audit (audit 3)", *here[:-1]],
        FIRST + MOST: here[1:],
    }
    figures_cli.statistics(play.settings, Namespace(cycle=FIRST + MOST, json=False))
    assert f"Of the audits run here these are the newest {MOST} up to this one." in capsys.readouterr().out
