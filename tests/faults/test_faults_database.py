"""The database in trouble: nobody is told that something is saved when it isn't, and nothing is saved later."""

import os
import resource
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from sandbox.slack import Outcome
from tests.faults.databases import locked, rows_locked, turn_is_taken, waiting_for_locks
from tests.faults.forms import Form, marker, saved
from tests.faults.house import House
from tests.faults.processes import Process, until
from tests.faults.small import LEADS

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
OPEN = "return.open"


def open_form(house: House, user_id: str) -> tuple[str, str]:
    """Open a person's first return from its request and fill it in; returns the view's id and the text typed."""
    person = house.workspace.person(user_id)
    [request] = person.messages(person.dm)
    assert person.click(person.dm, str(request["ts"]), OPEN).ok
    modal = person.modal()
    assert modal is not None
    why = marker()
    person.fill(modal.id, {"grade": "good", "why": why})
    return modal.id, why


def submit(house: House, user_id: str, view_id: str) -> Outcome:
    return house.workspace.person(user_id).submit(view_id)


def test_fault_15_a_locked_database_says_not_saved_in_time_and_keeps_what_was_typed(house: House) -> None:
    house.load(cases_=1)
    house.start()
    house.settled()
    typed = {user: open_form(house, user) for user in LEADS.values()}
    house.settled()  # with the drafts that typing made
    due = house.summaries_due()
    with locked(house.settings.database_url.get_secret_value()), ThreadPoolExecutor(len(typed)) as pool:
        house.settings.clock.move_to(due)  # so that the worker wants to write too
        assert not house.on_sqlite or until(lambda: turn_is_taken(house.settings.database_url.get_secret_value()))
        outcomes = list(pool.map(lambda user: submit(house, user, typed[user][0]), typed))
        assert all(outcome.ok for outcome in outcomes), house.logs()
    house.settled()
    assert house.versions() == [], "nothing is saved after all"
    for user, (view_id, why) in typed.items():
        person = house.workspace.person(user)
        notice = person.modal()
        assert notice is not None
        assert "nothing was saved" in str(notice.content)
        person.close(notice.id)
        form = person.modal()
        assert form is not None
        assert form.id == view_id
        assert form.values["why"]["answer"]["value"] == why
        assert submit(house, user, view_id).ok
    assert sorted(why for _, why in house.versions()) == sorted(why for _, why in typed.values())
    house.settled()
    house.none_lost_none_doubled()


@POSTGRESQL
def test_fault_15_waits_that_add_up_past_slacks_patience_save_nothing(house: House) -> None:
    """Each lock is obtained within the two seconds that a statement may wait, but both together come too late.

    On a machine that stands still the first wait may be too long already.
    """
    house.load(cases_=1)
    url = house.settings.database_url.get_secret_value()
    house.web()
    [return_id] = house.return_ids("Police")
    form = Form("U0POLICE", return_id, "V0LATE", marker())
    with ThreadPoolExecutor(1) as pool, psycopg.connect(url) as first, psycopg.connect(url) as second:
        first.execute("LOCK TABLE people IN ACCESS EXCLUSIVE MODE")
        rows_locked(second, "returns")
        answered = pool.submit(house.send, form, return_id, once=True)
        for held, seconds in ((first, 1.5), (second, 1.6)):
            assert until(lambda seconds=seconds: waiting_for_locks(url, seconds) == 1 or answered.done())  # type: ignore[misc]
            held.rollback()
        outcome = answered.result()
    assert not saved(outcome)
    assert until(lambda: idle(url))
    assert house.versions() == []
    assert saved(house.send(form, return_id))


def idle(url: str) -> bool:
    """Whether no other connection has a transaction open in this PostgreSQL database."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchone() == (0,)


@POSTGRESQL
def test_fault_15_a_database_that_restarts_is_found_again(house: House) -> None:
    house.load(cases_=1)
    worker = house.start()
    house.settled()
    with psycopg.connect(house.settings.database_url.get_secret_value(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    house.sessions.dispose()
    [return_id] = house.return_ids("Police")
    form = Form("U0POLICE", house.record_id(return_id), "V0RECONNECT", marker())
    assert saved(house.send(form, return_id))
    assert until(lambda: worker.status is not None), "without its lock the worker must end: another may take over"
    assert worker.status != 0, "so that whoever supervises it starts it again"
    house.worker()
    house.settled()
    house.none_lost_none_doubled()


@SQLITE
def test_fault_15_a_full_disk_says_not_saved_and_recovers(house: House) -> None:
    """A limit on the size of files stands for a full disk. Submissions at the same time may share a commit."""
    house.load(cases_=1)
    web = house.start()
    house.settled()
    forms = {}
    for number, agency in enumerate(LEADS):
        [return_id] = house.return_ids(agency)
        forms[return_id] = Form(LEADS[agency], house.record_id(return_id), f"V0FULL{number}", marker())
    limit_files(web, 4096)
    with ThreadPoolExecutor(len(forms)) as pool:
        with locked(house.settings.database_url.get_secret_value()):
            answers = [pool.submit(house.send, form, return_id, once=True) for return_id, form in forms.items()]
            assert until(lambda: turn_is_taken(house.settings.database_url.get_secret_value()))
        outcomes = [each.result() for each in answers]
    assert all(each.ok and "nothing was saved" in each.body for each in outcomes), outcomes
    assert house.versions() == []
    limit_files(web, resource.RLIM_INFINITY)
    assert all(saved(house.send(form, return_id)) for return_id, form in forms.items())
    house.settled()
    house.none_lost_none_doubled()


@POSTGRESQL
@pytest.mark.parametrize("table", ["return_versions", "promises"])
def test_fault_15_a_server_whose_disk_is_full_says_not_saved_and_recovers(house: House, table: str) -> None:
    """The server refuses rows with the code and the message that PostgreSQL has for a file it can't extend."""
    house.load(cases_=1)
    house.start()
    house.settled()
    [return_id] = house.return_ids("Police")
    form = Form("U0POLICE", house.record_id(return_id), "V0FULL", marker())
    with psycopg.connect(house.settings.database_url.get_secret_value(), autocommit=True) as connection:
        connection.execute(FULL.encode())
        connection.execute(f"CREATE TRIGGER full_ BEFORE INSERT ON {table} EXECUTE FUNCTION full_()".encode())
        outcome = house.send(form, return_id, once=True)
        assert outcome.ok
        assert "nothing was saved" in outcome.body
        assert "No space" not in outcome.body
        assert house.versions() == []
        connection.execute(f"DROP TRIGGER full_ ON {table}".encode())
    assert saved(house.send(form, return_id))
    house.settled()
    house.none_lost_none_doubled()


FULL = """
    CREATE FUNCTION full_() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE 'could not extend file "base/5/16385": No space left on device' USING ERRCODE = 'disk_full';
    END $$
"""


def limit_files(process: Process, size: int) -> None:
    """Limit the size of files that the process and its children may write; `size`: bytes."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert os.uname().sysname == "Linux"
    for pid in (process.pid, *map(int, children)):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
