"""The report in Slack: made once for what it says, sent once whatever happens, and its register."""

import json
from base64 import b64decode, b64encode

import pytest
from sqlalchemy import select, update

from audit.letterhead import current
from audit.meeting import reopen
from audit.report import issue
from sandbox.faults import Fault
from storage.cases import Case
from storage.clock import now, wall
from storage.cycles import Cycle, LearningTheme
from storage.meetings import Judgement
from storage.messages import Message, MessageKind
from storage.people import Agency, Area
from tests.access.ways import ROLES
from tests.kit import managing
from tests.kit.forging import click, second_thought, send
from tests.kit.looking import entries, rows
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, acting, pressed, submitted
from tests.kit.publishing import ask, checked, release, told
from tests.kit.reporting import SUB_GROUP, answered, attempt, direct, file_of, posted, read, show, whole, words
from tests.letterhead.test_templates import saying

COMPLETE = "files.completeUploadExternal"


@pytest.mark.both_databases
def test_a_report_is_made_sent_and_registered_once(play: Play) -> None:
    answered(play)
    assert "No version has been made yet" in show(play)
    assert pressed(play, COORDINATOR, "report.make").ok
    told = show(play, ROLES["sub_group_member"])
    assert "Version 1" in told
    assert "button" not in told, "who only looks has nothing to press"
    assert "Version 1 is made." in play.modal_text(COORDINATOR)
    assert pressed(play, COORDINATOR, "report.make").ok
    assert "Version 1 says all of this already." in play.modal_text(COORDINATOR)
    assert len(rows(play.sessions)["reports"]) == 1
    assert "Risk was known" not in str(rows(play.sessions, but=frozenset())), "what it quotes is sealed"

    for _ in range(2):
        assert pressed(play, COORDINATOR, "report.send").ok
    assert "On its way to the sub-group: full edition" in play.modal_text(COORDINATOR)
    for fault in (
        Fault("files.getUploadURLExternal", drop="after"),
        Fault("POST /upload/", drop="after"),
        Fault(COMPLETE, drop="before"),
    ):
        play.workspace.faults.add(fault)
        assert attempt(play, MessageKind.REPORT) is not None
        assert posted(play) == []
    assert attempt(play, MessageKind.REPORT) == "Slack may still be sharing a document."
    with play.sessions.begin() as session:  # as if a minute had passed
        session.execute(update(Message).values(intended_at=wall().replace(year=2020)))
    play.workspace.faults.add(Fault(COMPLETE, drop="after"))
    assert attempt(play, MessageKind.REPORT) is not None
    assert len(posted(play)) == 1, "it was shared, but nobody was told so"
    assert rows(play.sessions)["distributions"] == []
    assert attempt(play, MessageKind.REPORT) is None

    [said] = posted(play)
    assert "Full edition: Audit 2, Transitions, report version 1." in said.text
    assert "T2-" not in said.text
    assert file_of(play, said).name == "audit-2-report-v1.docx"
    assert play.workspace.messages[SUB_GROUP].count(said) == 1
    text = words(read(play, said))
    assert "Risk was known to several agencies" in text
    assert "T2-NORTH-02" in text
    [line] = rows(play.sessions)["distributions"]
    assert {"full", "slack"} <= set(line)
    assert "version 1, full edition · Sub-group · in Slack" in show(play)
    with play.sessions.begin() as session:
        session.execute(update(Message).where(Message.kind == MessageKind.REPORT).values(wanted=Message.wanted + 1))
    assert attempt(play, MessageKind.REPORT) is None
    assert "chat.update" not in play.workspace.counts, "what was sent stays as it was"


@pytest.mark.on_sqlite
def test_what_was_sent_elsewhere_is_written_down_once_and_copies_come_by_dm(play: Play) -> None:
    answered(play)
    show(play)
    pressed(play, COORDINATOR, "report.make")
    said = told(play, 1, "public")
    assert "look at what it leaves out, and release it." in said
    assert "The judgements of all cases: there are fewer than 10 cases, so no number about them is published" in said
    show(play)
    assert pressed(play, COORDINATOR, "report.record").ok
    today = str(json.loads(play.modal_text(COORDINATOR))["blocks"][-1]["element"]["initial_date"])
    good = {"audience": "Executive board", "edition": "public", "how": "email", "day": today}
    wrong = (("audience", "Ring 07700 900123"), ("audience", "   "), ("day", "2031-01-01"), ("day", "2020-01-01"))
    for field, given in wrong:
        assert submitted(play, COORDINATOR, **{**good, field: given}).ok
        modal = play.modal(COORDINATOR)
        assert set(modal.field_errors) == {field}
    assert submitted(play, COORDINATOR, **good).ok
    modal = play.modal(COORDINATOR)
    assert "The public edition of version 1 isn't released." in modal.field_errors["edition"]
    assert submitted(play, COORDINATOR, **{**good, "edition": "full", "how": "website"}).ok
    modal = play.modal(COORDINATOR)
    assert "a website is for everybody" in modal.field_errors["edition"]
    assert rows(play.sessions)["distributions"] == []
    release(play)
    show(play)
    assert pressed(play, COORDINATOR, "report.record").ok
    sent = submitted(play, COORDINATOR, **good)
    assert "Added to the register: Executive board." in play.modal_text(COORDINATOR)
    assert "Added to the register: Executive board." in second_thought(play.workspace, sent).body
    again = second_thought(play.workspace, sent, audience="Scrutiny panel").body
    assert "added “Executive board” to the register before you changed it" in json.loads(again)["errors"]["audience"]
    show(play)
    assert pressed(play, COORDINATOR, "report.record").ok
    assert submitted(play, COORDINATOR, **good).ok
    assert "Added to the register" in play.modal_text(COORDINATOR), "written down again, it is the same line"
    [line] = rows(play.sessions)["distributions"]
    assert {"public", "email"} <= set(line)
    assert "Executive board" not in str(line), "it is sealed"

    told(play, 1, "briefing")
    release(play)
    for edition in ("public", "briefing", "public"):
        assert ask(play, 1, edition) == ""
    assert attempt(play, MessageKind.REPORT) is None
    shared = posted(play, direct(play, COORDINATOR))
    names = [file_of(play, each).name for each in shared]
    assert sorted(names) == ["audit-2-briefing-v1.docx", "audit-2-public-v1.docx"]
    for text in (words(read(play, each)) for each in shared):
        assert "T2-" not in text
        assert "Risk was known" not in text
        assert "together with the case summaries" not in text, "whoever reads it has none"
    assert len(rows(play.sessions)["distributions"]) == 1, "a copy for oneself is no distribution"


def test_a_draft_is_for_nobody_outside_and_a_pack_for_who_asks(play: Play) -> None:
    cycle_id = answered(play)
    [case, *others] = play.board().cases
    assert case.judgement
    with play.sessions.begin() as session:
        reopen.reopen(session, acting(play, COORDINATOR), case.judgement.id, "A return was missing.")
    show(play)
    pressed(play, COORDINATOR, "report.make")
    assert "The newest version is a draft" in play.modal_text(COORDINATOR)
    assert pressed(play, COORDINATOR, "report.record").ok
    assert "There is no final version" in play.modal_text(COORDINATOR)
    show(play)
    pressed(play, COORDINATOR, "report.get")
    submitted(play, COORDINATOR, edition="public")
    modal = play.modal(COORDINATOR)
    assert "2 of 3 cases are ratified" in modal.field_errors["edition"]
    show(play)
    pressed(play, COORDINATOR, "report.send")
    assert attempt(play, MessageKind.REPORT) is None
    [said] = posted(play)
    assert "Draft: 2 of 3 cases ratified." in said.text
    assert "DRAFT: 2 of 3 cases ratified." in words(read(play, said))

    chair = ROLES["chair"]
    for _ in range(2):
        assert send(play.workspace, click(chair, "agenda.show", cycle_id)).ok
        assert pressed(play, chair, "pack.ask").ok
    assert attempt(play, MessageKind.PACK) is None
    [said] = posted(play, direct(play, chair))
    assert "T2-" not in said.text
    assert file_of(play, said).name.startswith("audit-2-meeting-pack-")
    text = words(read(play, said))
    assert "The period looked at: the twelve months before the audit opened (invented)." in text
    [mine] = [each for each in (case, *others) if each.area == "East"]  # the first meeting's only case
    answers = mine.lines[0].answers
    assert answers
    assert answers.why in text
    assert not any(each.reference in text for each in (case, *others) if each is not mine)
    told = [entry.detail for entry in entries(play.sessions, "summary.read")]
    assert told == [f"{mine.reference} in a meeting pack"] * 2

    for _ in range(2):
        assert send(play.workspace, click(chair, "agenda.show", cycle_id)).ok
        assert pressed(play, chair, "calendar.ask").ok
    assert attempt(play, MessageKind.CALENDAR) is None
    [*_, said] = posted(play, direct(play, chair))
    file = file_of(play, said)
    assert file.name == "audit-2-dates.ics"
    assert b64decode(file.data).count(b"BEGIN:VEVENT") == 3


@pytest.mark.both_databases
def test_what_would_add_to_what_went_out_before_isnt_published(play: Play) -> None:
    """Fifteen cases, one of which is opened again, judged otherwise, and withdrawn."""
    cycle_id = whole(play)
    with play.sessions.begin() as session:
        issue.make(session, acting(play, COORDINATOR), cycle_id)
    said = told(play, 1, "public")
    assert "*It reveals*\\n• The judgements of all cases" in said
    assert "The judgements by area: whoever reads it could be sure how many cases of" in said
    assert "Released" not in said
    assert release(play) == ""
    assert "✅ Released on" in checked(play)
    with play.sessions.begin() as session:
        session.get_one(Cycle, cycle_id).title = "Audit 2, T2 East 3"
        issue.make(session, acting(play, COORDINATOR), cycle_id)
    assert "T2-EAST-03 is named in the audit's title, theme" in ask(play, 2, "public")
    managing.described(play, title="Audit 2, Transitions to adulthood")
    assert "T2-EAST-03 is named in the audit's title, theme" in ask(play, 2, "public"), "that version says it still"
    with play.sessions.begin() as session:
        issue.make(session, acting(play, COORDINATOR), cycle_id)
    assert "release it" in told(play, 3, "public"), "it counts the same"
    assert release(play) == ""
    with play.sessions.begin() as session:
        case = session.scalars(select(Case.id).where(Case.reference == "T2-NORTH-02")).one()
        for table in (Area, Agency, LearningTheme):  # called otherwise, they are the same
            session.execute(update(table).values(label="New " + table.label))
        session.execute(update(Judgement).where(Judgement.case_id == case).values(grade="outstanding"))
        issue.make(session, acting(play, COORDINATOR), cycle_id)
    said = told(play, 4, "public")
    assert (
        "It can't be published.* This public edition would add to what earlier publications reveal: version 3" in said
    )
    assert "could be sure how many cases were judged" in said
    assert "report.release" not in said
    release(play)
    assert "It can't be published" in checked(play), "whoever presses a button that isn't there"
    with play.sessions.begin() as session:
        session.execute(update(Case).where(Case.id == case).values(withdrawn_at=now(session)))
        issue.make(session, acting(play, COORDINATOR), cycle_id)
    for edition in ("public", "briefing"):
        assert "would add to what earlier publications reveal" in told(play, 5, edition)
    assert ask(play, 1, "public") == "", "the first can be given out again"
    old = b64encode(saying("Our last report, on t2 east no. 3.", "header")).decode()
    with play.sessions.begin() as session:
        current.put(session, {"template": old})
    asked = ask(play, 5, "public") or play.modal_text(COORDINATOR)
    assert "T2-EAST-03 stands in the partnership's Word template" in asked
    assert "T2-EAST-03 stands in the partnership's Word template" in str(attempt(play, MessageKind.REPORT))
    assert "· the public one" in show(play)
    assert len(rows(play.sessions)["publications"]) == 5


def test_nothing_that_counts_an_unreleased_case_goes_to_the_sub_group(play: Play) -> None:
    answered(play, released=False)
    show(play)
    pressed(play, COORDINATOR, "report.make")
    for button in ("report.send", "report.brief"):
        show(play)
        outcome = pressed(play, COORDINATOR, button)
        assert "summaries aren't out yet: T2-CENTRAL-03, T2-EAST-01, T2-NORTH-02" in outcome.body + play.modal_text(
            COORDINATOR
        )
    with play.reading() as session:
        assert session.scalars(select(Message.id).where(Message.kind == MessageKind.REPORT)).all() == []
    assert ask(play, 1, "full") == "", "a coordinator sees all"
    with play.sessions.begin() as session:
        session.execute(update(Case).where(Case.reference != "T2-EAST-01").values(released_at=now(session)))
        session.execute(update(Case).where(Case.reference == "T2-EAST-01").values(withdrawn_at=now(session)))
    said = ask(play, 1, "briefing")
    assert "summaries aren't out yet: T2-EAST-01. It can" in said, "it never was, and the version counts it still"
    assert "if a case was withdrawn since, make a new version" in said


def test_where_all_are_in_one_grade_that_is_left_out_and_it_is_said_why(play: Play) -> None:
    cycle_id = whole(play)
    with play.sessions.begin() as session:
        session.execute(update(Judgement).values(grade="good", not_graded_reason=None))
        issue.make(session, acting(play, COORDINATOR), cycle_id)
    said = told(play, 1, "public")
    assert "The judgements of all cases: whoever reads it could be sure that all cases, or all but one or two," in said
    with play.reading() as session:
        assert session.scalars(select(Message.id).where(Message.kind == MessageKind.REPORT)).all() == []
    release(play)
    assert attempt(play, MessageKind.REPORT) is None
    [shared] = posted(play, direct(play, COORDINATOR))
    text = words(read(play, shared))
    assert "The judgements are left out so that no child can be recognised." in text
    assert "Inadequate" not in text.partition("3 Themes")[0].partition("2 Scoring")[2]
