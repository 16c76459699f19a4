"""Kill -9 at every named point, then a restart: nothing acknowledged is lost, nothing is done twice."""

import json
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path

import pytest
from sqlalchemy import select

from jobs import worker_slots
from sandbox.faults import Fault
from storage.reports import Distribution
from storage.sheet_state import SheetDrift
from tests.faults import sheets
from tests.faults.databases import locked, turn_is_taken
from tests.faults.forms import Form, marker, saved
from tests.faults.house import SUB_GROUP, House
from tests.faults.processes import until
from tests.faults.small import LEADS
from tests.kit.at_length import LONG
from tests.kit.forging import click, send
from tests.kit.handing import handed
from tests.kit.pressing import COORDINATOR
from tests.letterhead.test_templates import saying

HISTORY = r"conversations\.history"
ROUNDS = 45 if LONG else 1
"""Repetitions of each point; all in all some 500 kills on each database in the long version."""


def new(house: House, return_id: str, view_id: str, *, why: str | None = None) -> Form:
    """A form of the Police lead for a return in its present state."""
    return Form("U0POLICE", house.record_id(return_id), view_id, why or marker())


@pytest.mark.parametrize("point", ["submit.after_insert", "submit.before_commit", "submit.after_commit"])
def test_fault_16_killed_while_a_return_is_saved(house: House, point: str) -> None:
    house.load(cases_=1)
    [return_id] = house.return_ids("Police")
    sent: list[tuple[str, str]] = []
    for number in range(ROUNDS):
        form = new(house, return_id, f"V0KILLED{number}")
        web = house.web(DIE_AT=point)
        assert house.send(form, return_id).status == 0
        assert until(web.died)
        house.kill()
        assert len(house.versions()) == number + (point == "submit.after_commit")

        house.start()
        assert saved(house.send(form, return_id)), "the person sends what is still on their screen"
        sent.append((return_id, form.why))
        assert house.versions() == sent
        house.settled()
        house.kill()
    house.none_lost_none_doubled()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_fault_16_killed_before_returns_that_share_a_commit_are_saved(house: House) -> None:
    """The savepoint of each return has ended by then, but until the commit no sender has got an answer."""
    house.load(cases_=1)
    return_ids = [house.return_ids(agency)[0] for agency in LEADS]
    forms = [Form(house.lead_of(each), each, f"V0SHARED{number}", marker()) for number, each in enumerate(return_ids)]
    web = house.web(DIE_AT="shared.before_commit", EMBEDDED_WORKER="false")
    with ThreadPoolExecutor(len(forms)) as pool:
        with locked(house.settings.database_url.get_secret_value()):
            answers = [pool.submit(house.send, form, each) for form, each in zip(forms, return_ids, strict=True)]
            assert until(lambda: turn_is_taken(house.settings.database_url.get_secret_value()))
        assert {each.result().status for each in answers} == {0}
    assert until(web.died)
    house.kill()
    assert house.versions() == []

    house.start()
    for form, each in zip(forms, return_ids, strict=True):
        assert saved(house.send(form, each)), "the person sends what is still on their screen"
    house.settled()
    house.none_lost_none_doubled()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_fault_16_a_web_process_and_the_worker_beside_it_live_and_die_together(house: House) -> None:
    house.load(cases_=1)
    web = house.web()

    def at_work() -> int:
        with house.sessions.reading() as session:
            return worker_slots.alive(session)

    assert until(lambda: at_work() == 1), house.logs()
    os.kill(web.pid, signal.SIGKILL)
    assert until(lambda: at_work() == 0), "it works on without the web process"

    web = house.web()
    assert until(lambda: at_work() == 1), house.logs()
    [worker] = map(int, Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text().split())
    os.kill(worker, signal.SIGTERM)
    assert saved(house.send(new(house, house.return_ids("Police")[0], "V0BESIDE"), house.return_ids("Police")[0]))
    assert at_work() == 1, "the worker ends when the web process says so"
    assert "The next documents look like this" in set_template(house)
    assert b"worker_died" not in web.said(), "what reads a template is a child too, and its end isn't the worker's"
    assert at_work() == 1
    os.kill(worker, signal.SIGKILL)
    assert until(web.died), "whoever keeps it wouldn't know that nothing is delivered"

    web = house.web()
    house.settled()
    assert web.end() == 0
    assert at_work() == 0
    house.none_lost_none_doubled()


def shown_at_last(house: House) -> str:
    """The coordinator's modal once their file is read, which may take longer than the form waits."""
    who = house.workspace.person(COORDINATOR)
    assert until(lambda: "Reading the file" not in str(who.modal()))
    return str(who.modal())


def set_template(house: House) -> str:
    """Hand in a template for documents as a coordinator; returns the modal shown then."""
    who = house.workspace.person(COORDINATOR)
    assert send(house.workspace, click(COORDINATOR, "letterhead.show", "all")).ok
    form = who.modal()
    assert form
    who.fill(form.id, {"template": [handed(house, saying("Ours: {{ stage }}."), "ours.docx")]})
    assert who.submit(form.id).ok
    return shown_at_last(house)


def through(house: House, points: tuple[str, ...], causing: Iterator[None] | None = None) -> None:
    """Start and kill a worker at each point, with new work from `causing`; then start one to stay, and check."""
    for point in points:
        if causing is not None:
            next(causing)
        worker = house.work(DIE_AT=point)
        assert until(worker.died), (point, house.status(), house.logs())
        house.kill()
    house.work()
    house.settled()
    house.none_lost_none_doubled()


def test_fault_16_killed_while_messages_are_posted_and_changed(house: House) -> None:
    house.load(cases_=2)
    through(house, ("post.after_intent", "post.before_http", "post.after_http", "post.after_record"))
    house.kill()
    through(house, ("post.after_http", "post.after_record") * ROUNDS, causing=submissions(house))


def test_fault_16_killed_while_a_picture_is_uploaded(house: House) -> None:
    house.load(cases_=1)
    house.workspace.lacks = frozenset({"data_visualization", "data_table"})
    house.store(house.return_ids("Police")[0])
    house.to_the_summaries()
    through(house, ("upload.after_url", "upload.after_complete") if LONG else ("upload.after_complete",))
    [tally] = [each for each in house.workspace.messages[SUB_GROUP] if each.text.startswith("Tally")]
    files = [each for each in house.workspace.files.values() if each.complete]
    assert len({each.name for each in files}) == len(files), "none is there twice"
    assert sum(f'"{each.id}"' in json.dumps(tally.blocks) for each in files) == 1


def test_fault_16_killed_while_a_report_is_shared(house: House) -> None:
    house.load(cases_=1)
    house.send_report()
    through(house, ("document.after_url", "document.after_put", "document.after_share"))
    [shared] = [each for each in house.workspace.files.values() if each.name.endswith(".docx") and each.complete]
    assert list(shared.shares) == [SUB_GROUP]
    assert house.posted(SUB_GROUP).count(house.workspace.messages[SUB_GROUP][-1].text) == 1
    with house.sessions.reading() as session:
        assert [each.edition for each in session.scalars(select(Distribution))] == ["full"]


def submissions(house: House) -> Iterator[None]:
    """At each step store another return, or change one once all are stored."""
    for return_id in cycle([*house.return_ids("Police"), *house.return_ids("SEND")]):
        house.store(return_id)
        yield


def test_fault_16_killed_while_the_sheet_is_written(house: House) -> None:
    house.load(cases_=2)
    house.lend("Police")
    sheets.worked_in(house.drive, house.spreadsheet_id, hidden=False)
    sheets.worked_in(house.drive, house.lent["Police"], hidden=True)
    through(house, ("sheet.after_read", "sheet.after_http", "sheet.after_record") * ROUNDS, submissions(house))
    with house.sessions.reading() as session:
        assert session.scalars(select(SheetDrift.about)).all() == [], "nobody edited what is drawn"


def test_fault_16_killed_while_the_sweep_takes_up_promises(house: House) -> None:
    house.load(cases_=2)
    through(house, ("sweep.mid", "sweep.after") * ROUNDS, submissions(house))


def died_after_posting(house: House) -> None:
    """One message is posted, and the worker is killed before it can record that."""
    house.load(cases_=1)
    worker = house.work(DIE_AT="post.after_http")
    assert until(worker.died), house.logs()
    house.kill()


def test_fault_14_what_was_posted_but_not_recorded_is_not_posted_again(house: House) -> None:
    died_after_posting(house)
    house.work()
    house.settled()
    house.none_lost_none_doubled()


def test_fault_14_the_look_before_posting_again_is_what_prevents_the_double_post(house: House) -> None:
    died_after_posting(house)
    blind = {"ok": True, "messages": [], "has_more": False}
    house.workspace.faults.add(Fault(HISTORY, times=None, status=200, body=json.dumps(blind)))
    house.work()
    house.settled()
    assert max(house.standing().values()) == 2, "the control: without the look, the message stands twice"
