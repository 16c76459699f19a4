"""Slack in trouble: whatever it answers, each message is there once in the end, and submissions aren't affected."""

import json
import re
from collections.abc import Iterable

import pytest

from sandbox.faults import Fault
from sandbox.slack import admin
from tests.faults.forms import Form, marker, saved
from tests.faults.house import EAST, SUB_GROUP, House
from tests.faults.processes import until
from tests.faults.small import LEADS
from tests.kit.at_length import LONG

POST, UPDATE, EVERYTHING = r"chat\.postMessage", r"chat\.update", r"POST /api/(?!views\.)"
PAGE = "<html><body><h1>502 Bad Gateway</h1></body></html>"
WAIT = 3


def troubles(method: str) -> list[Fault]:
    """A fault of each kind, for one call each."""
    return [
        Fault(method, drop="before"),
        Fault(method, drop="after"),
        Fault(method, status=500, body='{"ok":false,"error":"internal_error"}'),
        Fault(method, status=503, headers={"Content-Type": "text/html"}, body=PAGE),
        Fault(method, status=200, headers={"Content-Type": "text/html"}, body=PAGE),
        Fault(method, status=200, body='{"ok": tr'),
        Fault(method, status=200, body="[]"),
        Fault(method, status=200, body='{"ok":false,"error":"fatal_error"}'),
        Fault(method, status=429, headers={"Retry-After": "2"}, body='{"ok":false,"error":"ratelimited"}'),
    ]


def befall(house: House, faults: Iterable[Fault]) -> None:
    for fault in faults:
        house.workspace.faults.add(fault)


def test_fault_11_every_kind_of_trouble_with_posting_and_changing_leaves_each_message_once(house: House) -> None:
    house.load(whole=True)
    befall(house, troubles(POST))
    house.start()
    house.settled()
    assert house.workspace.faults.hits == len(troubles(POST))
    house.none_lost_none_doubled()

    befall(house, troubles(UPDATE))
    for return_id in (house.return_ids(agency)[0] for agency in LEADS):
        form = Form(house.lead_of(return_id), house.record_id(return_id), f"V0{marker()}", marker())
        assert saved(house.send(form, return_id))
    house.settled()
    house.store(house.return_ids("Police")[1])
    house.settled()
    assert house.workspace.faults.hits > len(troubles(POST)) + 3
    house.none_lost_none_doubled()


@pytest.mark.skipif(not LONG, reason="it takes the half minute for which a call to Slack may hang")
def test_fault_11_a_call_that_hangs_is_given_up_and_made_again(house: House) -> None:
    house.load(cases_=1)
    befall(house, [Fault(POST, times=len(LEADS), delay=40, drop="before")])
    house.work()
    house.settled(90)
    house.none_lost_none_doubled()


def calls(house: House, method: str, **wanted: str) -> list[float]:
    """The wall times of the calls of this method with these arguments."""
    with house.workspace.lock:
        return [
            call.at
            for call in house.workspace.calls
            if call.method == method and all(call.args.get(name) == value for name, value in wanted.items())
        ]


def test_fault_11_after_a_429_the_next_attempt_is_no_earlier_than_slack_asks(house: House) -> None:
    """Each attempt to post looks up the conversation first, and the stand-in logs those calls."""
    house.load(cases_=1)
    befall(house, [Fault(POST, times=len(LEADS) + 1, status=429, headers={"Retry-After": str(WAIT)}, body="{}")])
    house.work()
    house.settled()
    for lead in LEADS.values():
        first, second, *_ = calls(house, "conversations.open", users=lead)
        assert second - first >= WAIT
    house.none_lost_none_doubled()


def references(house: House, channel: str) -> list[str]:
    return [found[0] for text in house.posted(channel) if (found := re.findall(r"T2-EAST-\d+", text))]


def test_fault_12_slack_away_then_back_delivers_each_once_and_in_order(house: House) -> None:
    house.load()
    house.start()
    house.settled()
    befall(house, [Fault(EVERYTHING, times=None, status=503, headers={"Content-Type": "text/html"}, body=PAGE)])
    house.to_the_summaries()
    [return_id, *_] = house.return_ids("Police")
    form = Form("U0POLICE", house.record_id(return_id), "V0AWAY", marker())
    assert saved(house.send(form, return_id)), "a submission needs nothing of Slack"
    assert until(lambda: len(house.status().trouble) >= 3), house.status()
    assert all("status 503" in each.error for each in house.status().trouble)
    house.workspace.faults.clear()
    house.settled()
    found = references(house, EAST)
    assert len(found) == 5
    assert found == sorted(found)
    assert len(house.posted(SUB_GROUP)) == 2, "who has answered, and the tally"
    house.none_lost_none_doubled()


def test_fault_11_a_message_that_fails_is_not_overtaken_in_its_channel(house: House) -> None:
    house.load()
    house.work()
    house.settled()
    befall(house, [Fault(POST, times=2, status=503)])
    house.to_the_summaries()
    assert until(lambda: len(house.posted(EAST)) == 6), house.status()
    found = references(house, EAST)
    assert found == sorted(found)
    house.settled()
    house.none_lost_none_doubled()


def test_fault_10_what_slack_will_never_take_is_set_aside_with_a_sentence(house: House) -> None:
    workspace = house.workspace
    house.load(whole=True)
    workspace.users["U0VCFS"].team_id = "T0ELSEWHERE"
    admin.deactivate(workspace, "U0YOT")
    admin.to_channel(workspace, EAST, "archive", {})
    admin.to_channel(workspace, "C0AUDITNORTH", "kick", {})
    admin.to_channel(workspace, "C0AUDITCENTRAL", "make_public", {})
    admin.to_channel(workspace, SUB_GROUP, "share", {"team": "T0ELSEWHERE"})
    house.to_the_summaries()
    house.start()
    assert until(lambda: len(house.status().trouble) >= 2 + 15 + 2), house.status()  # and prompts in their place
    house.settled()
    trouble = house.status().trouble
    assert all(each.set_aside for each in trouble)
    sentences = " ".join({each.error for each in trouble})
    for words in ("deactivated", "write to this person", "archived", "invite the app", "is public", "shared with"):
        assert words in sentences, (words, sentences)
    asked = house.begin(("roundtable", "status", "--json"))
    assert until(lambda: asked.status is not None)
    told = {(each["key"], each["error"]) for each in json.loads(asked.said())["trouble"] if each["set_aside"]}
    assert told == {(each.key, each.error) for each in trouble}, "the command line says the same"

    before = {name: len(calls(house, name)) for name in ("conversations.info", "conversations.open")}
    [return_id, *_] = house.return_ids("Police")
    form = Form("U0POLICE", house.record_id(return_id), "V0STANDS", marker())
    assert saved(house.send(form, return_id)), "the return stands whatever becomes of the messages"
    house.settled()
    after = {name: len(calls(house, name)) for name in ("conversations.info", "conversations.open")}
    assert after == before, "nobody tries again what was set aside"
    assert [house.posted(channel) for channel in (EAST, "C0AUDITNORTH", "C0AUDITCENTRAL", SUB_GROUP)] == [[]] * 4
    house.none_lost_none_doubled()
