"""Past audits come in from a spreadsheet: all or nothing, once, and never against what is known."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import true

from audit.errors import NotFound, Refused
from audit.figures import trends
from audit.past import audits, import_file
from audit.past.audits import PastAudit, count
from audit.past.import_file import Incoming
from audit.past.result_rows import Result
from audit.scales import INSPECTION, NOT_GRADED, REASONS, THREE_STEP, Scale
from audit.setup import load, plan
from audit.setup.description import Setup
from tests.kit.looking import entries, rows
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, acting
from tests.kit.served import forked, within
from tests.setup.test_plan import ANSWERS

HEADER = "cycle,title,area,case,agency,grade,kind,count,reason\n"
LINES = """1,First audit,East,T1-1,,good,judgement,,
1,First audit,East,T1-1,Police,Requires improvement or Inadequate,return,,
1,First audit,Wset,,,Not graded,judgement,4,Insufficient information
1,First audit,,T1-2,Education,outstanding,return,1,
4,Fourth audit,,,,not_graded,judgement,2,
"""


def take(play: Play, text: str, scale: Scale | None = None) -> tuple[Incoming, ...]:
    with play.sessions.begin() as session:
        return import_file.take(session, text.encode(), scale)


def refused(play: Play, lines: str, scale: Scale | None = None) -> str:
    before = rows(play.sessions)
    with pytest.raises(Refused) as refusal:
        take(play, HEADER + lines, scale)
    assert rows(play.sessions) == before
    return refusal.value.sentence


def audit(play: Play, number: int) -> PastAudit:
    with play.reading() as session:
        found = audits.find(session, number)
    assert found
    return found


def test_the_command_takes_them_in_once_and_the_tally_says_them(play: Play, tmp_path: Path) -> None:
    play.load(opened=False)
    given = {
        "DATABASE_URL": play.settings.database_url.get_secret_value(),
        "SLACK_BOT_TOKEN": "xoxb-t",
        "SLACK_SIGNING_SECRET": "a-secret",
    }
    given |= {"ENCRYPTION_KEYS": play.settings.encryption_keys.get_secret_value()}
    (tmp_path / "old.csv").write_text("\ufeff" + HEADER.replace(",", ";") + LINES.replace(",", ";"))
    told = forked("import", "old.csv", given=given, cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    assert "First audit (audit 1), imported: 6 cases, 1 of them without a judgement" in told.stdout
    assert "Requires improvement or Inadequate (not told apart): 1" in told.stdout
    assert "Areas that aren't set up (a typing error?): Wset." in told.stdout
    tally = json.loads(within("tally", "1", "--json", given=given, cwd=tmp_path).stdout)
    assert (tally["cycle"], tally["cases"], tally["awaiting"], tally["adds_up"]) == (1, 6, 1, True)
    assert tally["grades"] == {"outstanding": 0, "good": 1, "requires_improvement": 0, "inadequate": 0}
    assert tally["not_graded"]["insufficient_information"] == 4
    assert tally["by_area"]["Wset"]["cases"] == 4
    assert tally["by_agency"]["Police"]["bands"] == {"requires_improvement_or_inadequate": 1}
    (tmp_path / "bad.csv").write_text(HEADER + "1,First audit,East,T1-9,,good,judgement,,\n1,First audit\n")
    told = within("import", "bad.csv", given=given, cwd=tmp_path)
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.splitlines()[0] == "Nothing was stored: 1 line is at fault."
    assert audit(play, 1).cases == 6

    before = rows(play.sessions)
    assert [(len(each.fresh), each.there) for each in take(play, HEADER + LINES)] == [(0, 4), (0, 1)]
    assert rows(play.sessions) == before
    assert [entry.detail for entry in entries(play.sessions, "past.import")] == [
        "cycle 1: 4 results", "cycle 4: 1 results",
    ]  # fmt: skip


def test_what_contradicts_what_is_there_is_refused_and_what_adds_to_it_is_taken(play: Play) -> None:
    play.load(opened=False)
    with play.reading() as session:
        preview = import_file.incoming(session, (HEADER + LINES).encode())
    assert past_numbers(play) == {}
    assert take(play, HEADER + LINES) == preview
    said = {
        "1,First audit,East,t1-1,,inadequate,judgement,,": "the judgement of t1-1 was imported as good before",
        "1,First audit,North,T1-1,,good,judgement,,": "the judgement of T1-1 was imported in the area East before",
        "1,First audit,East,T1-2,Education,outstanding,return,1,": "of T1-2 was imported without an area before",
        "1,First audit,North,T1-1,YOT,good,return,,": "T1-1 was imported in the area East before",
        "1,First audit,WSET,,,not_graded,judgement,5,insufficient_information": "imported with the count 4 before",
        "1,Another audit,East,T1-7,,good,judgement,,": "cycle 1 was imported as “First audit” before",
        "2,Transitions,East,T1-7,,good,judgement,,": "audit 2 is run here",
    }
    for line, reason in said.items():
        assert reason in refused(play, f"1,First audit,East,T1-8,,good,judgement,,\n{line}\n"), line
    assert "imported on the scale “inspection” before" in refused(play, LINES.splitlines()[0], THREE_STEP)
    [more] = take(play, HEADER + "1,First AUDIT,East,T1-2,,good,judgement,,\n")
    assert (len(more.fresh), more.audit.cases, more.audit.unjudged) == (1, 6, 0)
    assert more.audit == audit(play, 1)
    [other] = take(play, HEADER + "3,Third audit,,T3-1,,adequate,judgement,,\n", THREE_STEP)
    assert other.audit.scale == THREE_STEP
    [same] = take(play, HEADER + "3,Third audit,,T3-2,,adequate,judgement,,\n")  # its scale is known by now
    assert same.audit.judgements.grades["adequate"] == 2

    with play.reading() as session:
        found = trends.trend(session, true(), 4)
        assert plan.propose(session, acting(play, COORDINATOR)).number == 5
    again = play.file["setup"] | {"cycle": play.file["setup"]["cycle"] | {"number": 4}}
    with play.sessions.begin() as session, pytest.raises(Refused, match="Audit 4 was imported from the past"):
        load.load(session, Setup.model_validate_json(json.dumps(again)))
    with play.sessions.begin() as session, pytest.raises(Refused) as refusal:
        plan.save(session, acting(play, COORDINATOR), "0" * 32, ANSWERS | {"number": "4"})
    assert set(refusal.value.fields) == {"number"}
    assert [(each.number, each.past, each.adds_up) for each in found] == [
        (1, True, True), (3, True, True), (4, True, True),
    ]  # fmt: skip
    assert [[each.number for each in group] for group in trends.comparable(found)] == [[1, 4], [3]]

    with play.sessions.begin() as session:
        assert import_file.remove(session, 1).cases == 6
    assert set(past_numbers(play)) == {3, 4}
    with play.sessions.begin() as session, pytest.raises(NotFound, match="No audit 1 was imported"):
        import_file.remove(session, 1)


def past_numbers(play: Play) -> dict[int | str, int]:
    with play.reading() as session:
        return {each.number: each.cases for each in audits.every(session)}


GRADES = st.sampled_from([*(grade.key for grade in INSPECTION.grades), NOT_GRADED, "good_or_requires_improvement"])


@st.composite
def results(draw: st.DrawFn) -> Result:
    kind = draw(st.sampled_from(["return", "judgement"]))
    reference = draw(st.none() | st.sampled_from(["A-1", "a-1", "A-2"]))
    grade = draw(GRADES)
    reason = draw(st.none() | st.sampled_from(list(REASONS))) if grade == NOT_GRADED else None
    agency = draw(st.none() | st.sampled_from(["p", "e"])) if kind == "return" else None
    area = draw(st.none() | st.sampled_from(["East", "EAST", "North"]))
    return Result(
        1, 1, "T", kind, area, agency, reference, grade, reason, draw(st.integers(1, 9)) if not reference else 1
    )


@given(st.lists(results(), unique_by=lambda result: result.key))
def test_whatever_came_in_adds_up(found: list[Result]) -> None:
    audit = count(1, "T", INSPECTION, found, {"p": "Police", "e": "Education"})
    assert audit.adds_up
    assert audit.judgements.total == sum(each.count for each in found if each.kind == "judgement")
    assert audit.returns.total == sum(each.count for each in found if each.kind == "return")
    for key, number in audit.judgements.bands.items():
        assert number == sum(each.count for each in found if (each.kind, each.grade) == ("judgement", key))
