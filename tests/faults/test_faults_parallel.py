"""Many submissions at once: one version for one form, no lost update between two, nothing lost in a crowd."""

from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier

import psycopg
import pytest

from sandbox.slack import Outcome, SentRequest
from tests.faults.databases import rows_locked, waiting_for_locks
from tests.faults.forms import Form, marker, refused, saved, taken
from tests.faults.house import Acknowledged, House
from tests.faults.processes import until
from tests.faults.small import LEADS
from tests.kit.at_length import LONG

COPIES = 50
CROWD = 20_000 if LONG else 240
"""The number of submissions of the crowd."""
THREADS = 8


def doors(house: House) -> list[str]:
    """Start two web processes, or on SQLite one, and return their request URLs."""
    found = []
    for _ in range(1 if house.on_sqlite else 2):
        house.web(EMBEDDED_WORKER="false")
        found.append(house.workspace.app.request_url)
    return found


def all_at_once(house: House, requests: list[SentRequest]) -> list[Outcome]:
    together = Barrier(len(requests))

    def send(request: SentRequest) -> Outcome:
        together.wait()
        return taken(house.workspace, request)

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(send, requests))


def test_fault_02_04_copies_of_one_submission_make_one_version_and_get_one_answer(house: House) -> None:
    house.load(cases_=1)
    urls = doors(house)
    [return_id] = house.return_ids("Police")
    form = Form("U0POLICE", return_id, "V0COPIED", marker())
    signed = [form.signed(house.workspace, url) for url in urls]
    outcomes = all_at_once(house, [signed[number % len(signed)] for number in range(COPIES)])
    assert {(each.status, each.body) for each in outcomes} == {(200, outcomes[0].body)}
    assert saved(outcomes[0])
    assert house.versions() == [(return_id, form.why)]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # on SQLite there is one writer at a time
def test_fault_05_two_leads_at_once_lose_nothing(house: House) -> None:
    house.load(whole=True)
    urls = doors(house)
    return_ids = house.return_ids("Education")[5:8]  # by reference: Central, then East
    forms = [
        Form(user, return_id, f"V0{marker().upper()}", marker())
        for return_id in return_ids
        for user in ("U0EDUEAST", "U0EDUDEPUTY")
    ]
    requests = [form.signed(house.workspace, urls[number % 2]) for number, form in enumerate(forms)]
    with ThreadPoolExecutor(1) as pool, psycopg.connect(house.settings.database_url.get_secret_value()) as held:
        rows_locked(held, "returns")
        answered = pool.submit(all_at_once, house, requests)
        assert until(lambda: waiting_for_locks(house.settings.database_url.get_secret_value()) == len(forms))
        held.rollback()
        outcomes = answered.result()
    for first, second in zip(outcomes[::2], outcomes[1::2], strict=True):
        assert sorted([saved(first), saved(second)]) == [False, True], (first.body, second.body)
    for form, outcome in zip(forms, outcomes, strict=True):
        if not saved(outcome):
            assert "while you were writing" in outcome.body
            assert form.why in outcome.body, "what was typed is kept"
    assert len(house.versions()) == len(return_ids)


def test_fault_02_04_a_crowd_of_mixed_submissions_loses_nothing(house: House) -> None:
    house.load(cases_=5)
    urls = doors(house)
    with ThreadPoolExecutor(THREADS) as pool:
        done = pool.map(lambda number: crowd(house, urls[number % len(urls)], Random(number)), range(THREADS))
        assert sum(done) == CROWD
    stored = house.versions()
    assert sorted(stored) == sorted((each.return_id, each.form.why) for each in house.acknowledged)
    house.work()
    house.settled()
    house.none_lost_none_doubled()


def crowd(house: House, url: str, chance: Random) -> int:
    """Send new returns and changes, stale forms, repetitions and mistakes one after the other; returns how many."""
    ids = [return_id for agency in LEADS for return_id in house.return_ids(agency)]
    sent: tuple[SentRequest, Outcome] | None = None
    for _ in range(CROWD // THREADS):
        if sent is not None and chance.random() < 0.2:
            assert taken(house.workspace, sent[0]).body == sent[1].body, "a repetition is answered the same"
            continue
        return_id = chance.choice(ids)
        grade = "not_graded" if chance.random() < 0.1 else "good"
        record = house.record_id(return_id) if chance.random() < 0.8 else return_id
        form = Form(house.lead_of(return_id), record, f"V0{marker().upper()}", marker(), grade)
        request = form.signed(house.workspace, url)
        outcome = taken(house.workspace, request)
        assert outcome.ok, outcome
        assert saved(outcome) != refused(outcome), outcome.body
        if saved(outcome):
            sent = request, outcome
            house.acknowledged.append(Acknowledged(form, return_id))
    return CROWD // THREADS


def test_a_second_thought_after_a_lost_answer_is_kept(house: House) -> None:
    """The first one was stored, but its sender never heard: they change a word and send the same window again."""
    house.load(cases_=1)
    [return_id] = house.return_ids("Police")
    web = house.web(EMBEDDED_WORKER="false", DIE_AT="submit.after_commit")
    first = Form("U0POLICE", return_id, "V0THOUGHT", marker())
    assert house.send(first, return_id).status == 0
    web.kill()
    house.web(EMBEDDED_WORKER="false")
    second = Form("U0POLICE", return_id, "V0THOUGHT", marker())
    assert saved(house.send(second, return_id))
    assert house.versions() == [(return_id, first.why), (return_id, second.why)]
    assert saved(house.send(second, return_id)), "sent once more, it is answered the same"
    assert refused(house.send(first, return_id)), "a late repetition of the first changes nothing"
    assert house.versions() == [(return_id, first.why), (return_id, second.why)]
