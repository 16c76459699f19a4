"""Returns that share commits on SQLite while maintenance commands run, until the audit is closed."""

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from audit.errors import Refused
from audit.returns.answers import kept
from storage.crypto import new_key
from storage.cycles import Cycle, CycleState
from storage.returns import ReturnVersion
from tests.faults.forms import Form, marker, saved
from tests.faults.house import House
from tests.faults.processes import until
from tests.faults.small import LEADS
from tests.kit.at_length import LONG

SENDERS, ROUNDS = 12, 3
"""Senders at the same time, and the number of times that each command is run meanwhile."""
MEANWHILE = (
    ("purge", "--for-good"), ("hold", "set", "2", "--why", "An inquiry"), ("keys", "rotate"), ("migrate",),
    ("hold", "lift", "2"),
)  # fmt: skip
CHECKED = (("keys", "verify"), ("trail", "verify"))
Sent = set[tuple[str, str]]
"""(return id, why) of each version."""


def sending(house: House, number: int, over: Event) -> None:
    """Send one return again and again with different texts, and each form until it is stored or refused."""
    ids = [each for agency in LEADS for each in house.return_ids(agency)]
    return_id = ids[number % len(ids)]
    while not over.is_set():
        try:
            record = house.record_id(return_id)
        except Refused:  # the audit is closed
            return
        form = Form(house.lead_of(return_id), record, f"V0{marker().upper()}", marker())
        assert until(lambda form=form: answered(house, form, return_id))  # type: ignore[misc]


def answered(house: House, form: Form, return_id: str) -> bool:
    outcome = house.send(form, return_id)
    return saved(outcome) or (outcome.ok and "could not be reached" not in outcome.body)


def said(house: House, *words: str, **settings: str) -> str:
    """Run a command, which must succeed, and return its output."""
    command = [str(Path(sys.executable).with_name("roundtable")), *words]
    done = subprocess.run(
        command, env=house.environment(**settings), cwd=house.home, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def restored(house: House, backup: str) -> Sent:
    """The versions in a backup, restored."""
    url = f"sqlite:///{house.home}/{backup}.db"
    for words in (("migrate",), ("restore", backup)):
        said(house, *words, DATABASE_URL=url)
    other = house.settings.model_copy(update={"database_url": SecretStr(url)})
    with other.database() as sessions, sessions.reading() as session:
        return {(row.return_id, kept(session, row).why) for row in session.scalars(select(ReturnVersion))}


@pytest.mark.skipif(not LONG, reason="by chance, in a minute: `make faults` tries it")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_fault_16_26_27_returns_that_share_a_commit_beside_commands(house: House) -> None:
    house.load()
    keys = f"k2:{new_key()},{house.settings.encryption_keys.get_secret_value()}"
    house.settings = house.settings.model_copy(update={"encryption_keys": SecretStr(keys)})
    over, before = Event(), list[Sent]()
    with house.settings.database() as house.sessions, ThreadPoolExecutor(SENDERS) as pool:
        house.web(WEB_THREADS=str(SENDERS))
        senders = [pool.submit(sending, house, number, over) for number in range(SENDERS)]
        try:
            for number in range(ROUNDS):
                assert until(lambda: len(house.acknowledged) >= SENDERS)
                before.append({(each.return_id, each.form.why) for each in house.acknowledged})
                for words in (("backup", f"backup{number}"), *MEANWHILE):
                    said(house, *words)
            with house.settings.database() as sessions, sessions.begin() as session:
                session.execute(update(Cycle).values(state=CycleState.CLOSED))
            assert until(lambda: all(each.done() for each in senders))
        finally:
            over.set()
        for each in senders:
            each.result()
        stored = Counter(house.versions())
        assert stored == Counter((each.return_id, each.form.why) for each in house.acknowledged)
        for number, sent in enumerate(before):
            assert sent <= restored(house, f"backup{number}") <= set(stored)
        for words in CHECKED:
            said(house, *words)
        house.settled(120)
        house.none_lost_none_doubled()
