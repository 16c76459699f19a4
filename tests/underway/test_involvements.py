"""Cases and agencies that join a cycle under way or leave it: nothing is lost, and nobody is asked twice."""

import pytest
from sqlalchemy import select

from storage.cases import Case
from storage.clock import now
from storage.messages import MessageKind
from storage.people import Agency, Person, Role, RoleKind, Workspace
from storage.returns import Return
from tests.kit import managing
from tests.kit.forging import click, send, submission
from tests.kit.judging import ratified
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.underway.test_dates import begun, march

CASE = "T2-EAST-03"
FIRE = "Fire and Rescue"


def fire_service(play: Play) -> None:
    """An agency that isn't involved in any case, with a lead who has never heard of this audit."""
    play.workspace.add_user(id="U0FIRE", team_id="T0SANDBOX1", name="fire", real_name="Fire lead")
    with play.sessions.begin() as session:
        workspace = session.scalars(select(Workspace)).one()
        agency = Agency(label=FIRE, short_label="Fire")
        person = Person(workspace_id=workspace.id, user_id="U0FIRE", label="Fire lead")
        session.add_all((agency, person))
        session.add(Role(person_id=person.id, kind=RoleKind.AGENCY_LEAD, agency_id=agency.id))


@pytest.mark.on_sqlite
def test_a_withdrawn_case_leaves_everything_and_comes_back_whole(play: Play) -> None:
    begun(play)
    assert play.send_return("U0POLICE", CASE).ok
    play.move_clock(march(23, 10))
    assert any(f"Case {CASE}" in said for said in managing.posted(play, "C0AUDITEAST"))
    before = managing.requests(play)

    managing.begin(play, "cases.list")
    managing.press(play, "case.open", CASE)
    assert "nothing would change" in managing.refusal(play)
    shown = managing.previewed(play, standing="withdrawn")
    assert "The case is withdrawn" in shown
    assert f"1 posted case summary changed in place:* {CASE}" in shown
    assert "10 people's requests changed in place" in shown, "all agencies' leads in East"
    assert "they stay and say Withdrawn" in shown
    managing.agree(play)

    said = next(said for said in managing.posted(play, "C0AUDITEAST") if CASE in said)
    assert "This case was withdrawn from the audit" in said
    assert "Good" not in said
    assert "Read the summary" not in said
    assert CASE not in {case.reference for case in play.board().cases}
    after = managing.requests(play)
    assert {user: len(said) for user, said in after.items()} == {user: len(said) for user, said in before.items()}
    assert CASE in before["U0EDUEAST"][0]
    assert CASE not in after["U0EDUEAST"][0]
    assert send(play.workspace, click("U0EDUEAST", "summary.read", managing.case_id(play, CASE))).ok
    assert "was withdrawn from the audit" in play.modal_text("U0EDUEAST")

    managing.begin(play, "cases.list")
    managing.press(play, "case.open", CASE)
    assert "with everything that was answered before" in managing.previewed(play, standing="in")
    managing.agree(play)
    again = next(said for said in managing.posted(play, "C0AUDITEAST") if CASE in said)
    assert "Good" in again
    assert len(managing.posted(play, "C0AUDITEAST")) == 6, "and the agenda"
    assert [len(entries(play.sessions, verb)) for verb in ("case.withdraw", "case.restore")] == [1, 1]


@pytest.mark.both_databases
def test_an_agency_joins_and_leaves_a_case(play: Play) -> None:
    begun(play)
    fire_service(play)
    assert play.send_return("U0POLICE", CASE, why="Kept through all of this.").ok
    before = managing.requests(play)
    involved = {line.agency for case in play.board().cases if case.reference == CASE for line in case.lines}
    chosen = managing.agency_ids(play, *(involved - {"Police"} | {FIRE}))

    managing.begin(play, "cases.list")
    managing.press(play, "case.open", CASE)
    shown = managing.previewed(play, agencies=chosen)
    assert f"Asked from now on:* {FIRE}" in shown
    assert "No longer asked:* Police" in shown
    assert "What they answered is kept, out of sight: Police" in shown
    assert "1 person gets a request, as a new message:* Fire lead" in shown
    assert "1 person's request changed in place, without a new message:* Police lead" in shown
    managing.agree(play)
    assert [len(entries(play.sessions, verb)) for verb in ("agency.involve", "agency.withdraw")] == [1, 1]
    after = managing.requests(play)
    assert len(after["U0FIRE"]) == 1
    assert CASE in after["U0FIRE"][0]
    assert {len(said) for said in after.values()} == {len(said) for said in before.values()} | {1}
    assert CASE not in after["U0POLICE"][0]
    assert play.send_return("U0FIRE", CASE).ok
    lines = {line.agency: line.result for case in play.board().cases if case.reference == CASE for line in case.lines}
    assert (lines.get(FIRE), lines.get("Police")) == ("good", None)

    managing.begin(play, "cases.list")
    managing.press(play, "case.open", CASE)
    managing.previewed(play, agencies=[*chosen, *managing.agency_ids(play, "Police")])
    managing.agree(play)
    with play.reading() as session:
        assert len(session.scalars(select(Return)).all()) == 151, "the police's return is the one that was there"
    line = next(each for case in play.board().cases for each in case.lines if each.version and each.agency == "Police")
    assert line.answers
    assert line.answers.why == "Kept through all of this."


def test_a_case_joins(play: Play) -> None:
    begun(play)
    fire_service(play)
    managing.requests(play)
    with play.sessions.begin() as session:  # nobody leads the YOT any more
        session.delete(session.scalars(select(Role).join(Person).where(Person.user_id == "U0YOT")).one())
    managing.begin(play, "case.new")
    east, agencies = managing.place_id(play, "East"), managing.agency_ids(play, FIRE, "YOT", "Police")
    form = {"place": east, "agencies": agencies}
    assert "NHS number" in managing.refusal(play, reference="943 476 5919", **form)
    assert "is in this audit already" in managing.refusal(play, reference="t2-east-03", **form)
    assert "at least one agency" in managing.refusal(play, reference="T2-EAST-06", place=east, agencies=[])
    shown = managing.previewed(play, reference="T2-EAST-06", **form)
    assert f"Case T2-EAST-06 (East) is asked of:* {FIRE}, Police, YOT" in shown
    assert "as a new message:* Fire lead" in shown
    assert "without a new message:* Police lead" in shown
    assert "Nobody leads, so nobody is asked:* YOT (East)" in shown
    managing.agree(play)
    assert len([case for case in play.board().cases if case.reference == "T2-EAST-06"]) == 1
    assert len(entries(play.sessions, "case.add")) == 1
    assert "T2-EAST-06" in managing.requests(play)["U0FIRE"][0]
    assert managing.ledger(play, MessageKind.REQUEST) == 13


def test_what_cannot_be_changed_is_said_in_words(play: Play) -> None:
    begun(play)
    ratified(play, CASE)
    managing.begin(play, "cases.list")
    said = play.modal_text(managing.COORDINATOR)
    assert "ratified, so it can't be changed" in said
    case = managing.case_id(play, CASE)
    forged = submission(managing.COORDINATOR, "case.change", case, {"standing": "withdrawn"})
    assert "has been ratified" in send(play.workspace, forged).body

    fire_service(play)
    play.move_clock(march(26, 11))  # East has begun to meet
    managing.press(play, "case.open", "T2-EAST-04")
    everybody = managing.agency_ids(play, FIRE, "Police")
    assert "The meeting about East has begun" in managing.refusal(play, agencies=everybody)
    managing.previewed(play, agencies=managing.agency_ids(play, "Police"), standing="in")
    play.close_modal(managing.COORDINATOR)
    managing.press(play, "case.new")
    new = {"reference": "T2-EAST-06", "place": managing.place_id(play, "East"), "agencies": everybody}
    assert "The meeting about East has begun" in managing.refusal(play, **new)
    assert [len(entries(play.sessions, verb)) for verb in ("case.withdraw", "agency.withdraw", "case.add")] == [0, 0, 0]


def test_the_last_case_is_not_withdrawn_but_the_audit_cancelled(play: Play) -> None:
    begun(play)
    with play.sessions.begin() as session:
        for case in session.scalars(select(Case).where(Case.reference != CASE)):
            case.withdrawn_at = now(session)
    managing.begin(play, "cases.list")
    managing.press(play, "case.open", CASE)
    assert "Cancel the audit instead" in managing.refusal(play, standing="withdrawn")
