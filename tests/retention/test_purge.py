"""What people wrote is found nowhere when its time is over, and every number stays as it was."""

import json
import re
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from audit.access import Actor
from audit.cycle import tally
from audit.errors import Refused
from audit.figures.statistics import statistics
from audit.home import every_audit
from audit.meeting import agenda
from audit.report import (
    contents,
    issue,
    meeting_pack,
    recipients,
    sign_off,
    sign_off_form,
    sign_off_status,
    versions,
)
from audit.sheet import state
from bot import report_cli
from storage.clock import now
from storage.holds import Kept
from storage.meetings import Meeting
from storage.people import Agency, Area
from storage.reports import Edition, Report
from storage.retention import Purge
from storage.types import new_id
from tests.kit import canaries, reading
from tests.kit.canaries import CANARY
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, acting
from tests.kit.purging import in_files, in_sheet, in_slack, later, over, played, purge, purged
from views import documents
from views.home.every_audit import audit_view
from views.meeting import agenda as agenda_view
from views.report import editions
from views.report import issue as issue_view
from views.report import sign_off as sign_off_view
from views.sheet import state as state_view


def numbers(play: Play) -> dict[str, Any]:
    """Every number that is told of the cycle: now, and in each version of its report."""
    board = play.board()
    with play.reading() as session:
        kept = [contents.kept(session, row) for row in session.scalars(select(Report).order_by(Report.version))]
    written = [documents.markdown(editions.document(each, Edition.FULL, 1, board.now)) for each in kept]
    return {
        "tally": tally.to_json(board.tally, board.themes),
        "figures": statistics(board),
        "reports": [(each.tally, each.statistics, each.figures, each.method) for each in kept],
        "named": [(each.areas, each.agencies) for each in kept],
        "lines": [[line for line in text.splitlines() if re.match(r"\|.*\d", line) and CANARY not in line
                   and "removed:" not in line] for text in written],
    }  # fmt: skip


def renamed(play: Play) -> None:
    """Agencies and areas are called otherwise than in the reports that were made."""
    with play.sessions.begin() as session:
        new = {"label": "New " + Agency.label, "short_label": func.substr("N " + Agency.short_label, 1, 20)}
        session.execute(update(Agency).values(new))
        session.execute(update(Area).values(label="New " + Area.label))


def nothing_is_promised(play: Play, cycle_id: str) -> None:
    """Of an audit whose time is over, nothing is offered, taken or said to come that never would."""
    who = acting(play, COORDINATOR)
    with (
        play.sessions.begin() as session,
        pytest.raises(Refused, match="were removed when their retention period ended"),
    ):
        issue.make(session, None, cycle_id)
    with play.reading() as session:
        shelf = versions.shelf(session, who, cycle_id)
        home = every_audit.look(session, who, cycle_id)
        sheet = state_view.view(state.view(session, cycle_id), now(session))
    assert (shelf.removed, shelf.makeable, shelf.waiting) == (True, False, ())
    assert [each.audience for each in shelf.register] == [recipients.SUB_GROUP], "who was sent it in Slack"
    shown = json.dumps([issue_view.shelf(replace(shelf, register=())), audit_view(home), sheet])
    assert shown.count("removed when its retention period ended") == 2
    assert not [each for each in ("Get it in a message", "Texts of the report", "Update now") if each in shown]
    with play.sessions.begin() as session, pytest.raises(Refused, match="so no report of it is sent"):
        issue.fetch(session, who, shelf.versions[0].id, Edition.FULL)
    with play.sessions.begin() as session, pytest.raises(Refused, match="so no pack of it is sent"):
        meeting_pack.ask(session, who, session.scalars(select(Meeting.id).order_by(Meeting.id)).all()[0])
    with play.sessions.begin() as session, pytest.raises(Refused, match="there is no sheet of it any more"):
        state.draw(session, who, cycle_id)
    with play.sessions.begin() as session:
        session.execute(update(Report).values(asked_at=Report.made_at))
        assert sign_off_status.awaiting(session) == (), "nobody can sign it"


def test_once_what_was_posted_is_removed_nothing_is_offered_that_would_be_sent(
    play: Play, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its texts are kept for longer: a version can be made of them, which the command line writes."""
    cycle_id = over(play)
    who = acting(play, COORDINATOR)
    with play.sessions.begin() as session:
        report_id = issue.make(session, who, cycle_id).id
        sign_off.ask(session, who, report_id)
        assert sign_off_status.awaiting(session)
        assert offered(session, who, cycle_id, report_id) >= {"report.send", "report.get", "signoff.record", "pack.ask"}
        session.add(Purge(id=new_id(), cycle_id=cycle_id, kind=Kept.WORK, count=0, begun_at=now(session)))
    with play.reading() as session:
        assert sign_off_status.awaiting(session) == (), "they couldn't read it any more"
        left = offered(session, who, cycle_id, report_id)
    assert left == {"case.discuss", "paragraphs.show", "report.make", "report.record", "signoff.show"}
    with play.sessions.begin() as session, pytest.raises(Refused, match="so no report of it is signed"):
        sign_off.ask(session, who, report_id)
    later(play)
    purge(play)
    given = Namespace(cycle=2, version=1, public=False, unsigned="", out=tmp_path)
    report_cli.report(play.settings, given)
    said = capsys.readouterr().out
    assert "version 1 (without the texts, whose retention period has ended):" in said
    assert "No learning briefing: The texts of audit 2 were removed when their retention period ended" in said
    assert [each for each in tmp_path.iterdir() if "briefing" in each.name] == []


def offered(session: Session, who: Actor, cycle_id: str, report_id: str) -> set[str]:
    """What can be pressed in an audit's meetings, report and sign-offs."""
    shown = (
        agenda_view.view(agenda.show(session, who, cycle_id)), issue_view.shelf(versions.shelf(session, who, cycle_id)),
        sign_off_view.view(sign_off_form.look(session, who, report_id)),
    )  # fmt: skip
    return {str(each["action_id"]) for view in shown for each in reading.buttons(view)}


@pytest.mark.both_databases
def test_fault_27_what_people_wrote_is_found_nowhere_and_every_number_is_as_before(
    play: Play, capsys: pytest.CaptureFixture[str]
) -> None:
    cycle_id = played(play, anew=True)
    renamed(play)
    before = numbers(play)
    with play.reading() as session:
        sealed = canaries.sealed(session, cycle_id)
        assert CANARY in canaries.opened(session)
    assert CANARY in in_slack(play)
    assert CANARY in in_sheet(play)
    on_disk = in_files(play)
    assert all(each in on_disk for each in sealed), "this looks in the wrong place"

    purge(play)
    assert "0 texts" not in capsys.readouterr().out
    with play.reading() as session:
        assert CANARY in canaries.opened(session), "nothing is due yet"
    later(play)
    purge(play, for_good=False)
    said = capsys.readouterr().out
    assert "Audit 2, Transitions: due now: what was posted and texts." in said
    with play.reading() as session:
        assert CANARY in canaries.opened(session), "it was only looked at"
    purged(play)
    said = capsys.readouterr().out
    assert re.search(r"Audit 2: \d+ texts were emptied\.", said)
    assert "Nothing that was removed is left in the database's own files." in said
    assert f"What was removed is remembered in {play.settings.remembered.file}: keep a copy" in said

    with play.reading() as session:
        assert CANARY not in canaries.opened(session)
    assert CANARY not in in_slack(play)
    assert CANARY not in in_sheet(play)
    assert in_sheet(play).count("Please delete this spreadsheet.") == 2
    on_disk = in_files(play)
    assert [each for each in sealed if each in on_disk] == []
    assert CANARY.encode() not in on_disk
    assert not [message for each in play.workspace.messages.values() for message in each if message.by_app]
    assert not play.workspace.files
    assert numbers(play) == before
    [posts, texts] = entries(play.sessions, "retention.purge")
    assert posts.detail == "work to be done: taken down"
    assert re.fullmatch(r"texts of an audit: \d+ emptied", texts.detail)
    nothing_is_promised(play, cycle_id)

    purge(play)
    said = capsys.readouterr().out
    assert "Audit 2: 0 texts were emptied." in said
    assert "nothing that Roundtable posted is left in Slack" in said
    assert len(entries(play.sessions, "retention.purge")) == 2
