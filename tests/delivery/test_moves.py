"""A workspace that moves under us: what coordinators are told of it, once, and what mends itself."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from audit.calendar import summaries_due
from audit.delivery import channel_ids, channels
from bot.status_cli import _in_words
from jobs import nightly, sweep
from sandbox.slack import admin
from sandbox.slack.shapes import Obj
from storage.cycles import Cycle
from storage.messages import Message, MessageKind
from storage.people import Channel
from tests.delivery.test_channels import only_one_case
from tests.kit.forging import click, send
from tests.kit.looking import entries, rows
from tests.kit.nights import look, night, poster
from tests.kit.play import Play
from tests.kit.posting import deliver_due
from views.delivery import channels as channels_view
from views.slack_refusals import refusal

COORDINATOR, EAST, SHARED_EAST = "U0COORDIN", "C0AUDITEAST", "C0SHAREDEAST"


def told(play: Play) -> list[str]:
    """What coordinators were told of channels, as it stands now."""
    person = play.person(COORDINATOR)
    said = [json.dumps(each, ensure_ascii=False) for each in person.messages(person.dm)]
    return [each for each in said if "A channel of audit 2" in each]


def asked(play: Play, method: str) -> int:
    return play.workspace.counts[method]


def change(play: Play, doing: str, **given: object) -> None:
    """Somebody does this to the area East's channel, and Slack tells."""
    admin.to_channel(play.workspace, EAST, doing, given)
    look(play)


def press(play: Play, action_id: str) -> None:
    """A coordinator presses such a button of that channel."""
    with play.reading() as session:
        cycle_id = session.scalars(select(Cycle.id)).one()
        place_id = next(each.place_id for each in channels.findings(session, cycle_id) if each.uses == ("East",))
    assert send(play.workspace, click(COORDINATOR, channels_view.SHOW, cycle_id)).ok
    view = play.modal(COORDINATOR)
    assert play.person(COORDINATOR).act(view.id, action_id, f"channel-{place_id}").ok


def row(play: Play, channel: str) -> Channel:
    with play.reading() as session:
        return session.scalars(select(Channel).where(Channel.channel == channel)).one()


@pytest.mark.both_databases
def test_a_channel_is_told_once_and_heals_by_itself(play: Play) -> None:
    play.load()
    night(play)
    assert told(play) == []
    change(play, "kick")
    [first] = told(play)
    assert "#audit-east" in first
    assert "invite the app to it" in first
    assert "channels.show" in first
    for _ in range(2):  # told again, and of what isn't so
        event: Obj = {"type": "member_joined_channel", "user": "U0ROUNDTABLE", "channel": EAST, "channel_type": "C"}
        assert play.workspace.sender.event(event).ok
        look(play)
    assert told(play) == [first], "what an event says isn't believed"
    change(play, "invite")
    [first] = told(play)
    assert "messages can go there again" in first

    change(play, "rename", name="audit-east-2026")
    assert row(play, EAST).name == "audit-east-2026"
    change(play, "share", team="T0ELSEWHERE")
    assert "#audit-east-2026 is shared with another organisation" in told(play)[1]
    change(play, "rename", name="audit-east")
    assert "#audit-east is shared" in told(play)[1], "its name follows"
    with play.workspace.changing():
        play.workspace.channels[EAST].is_archived = True  # and nobody tells
    night(play)
    assert "there was another problem by then" in told(play)[1]
    assert "#audit-east is archived" in told(play)[2]
    change(play, "unarchive")
    assert "is shared" in told(play)[3], "which it is still"

    press(play, channels_view.ALLOW)
    look(play)
    assert "messages can go there again" in told(play)[3]
    press(play, channels_view.FORBID)
    night(play)
    assert len(told(play)) == 4, "who stops posting there knows it"
    change(play, "share", team="")
    assert row(play, EAST).error is None


@pytest.mark.on_sqlite
def test_what_is_over_before_anybody_was_told_is_told_to_nobody(play: Play) -> None:
    play.load()
    look(play)
    admin.to_channel(play.workspace, EAST, "archive", {})
    assert play.workspace.sender.settle(30)
    while nightly.step(play.sessions, poster(play)):
        pass
    change(play, "unarchive")
    assert told(play) == []
    assert len(entries(play.sessions, "slack.condition")) == len(entries(play.sessions, "slack.condition_over")) == 1
    before = asked(play, "conversations.info")
    admin.to_channel(play.workspace, "C0GENERAL", "archive", {})
    look(play)
    assert asked(play, "conversations.info") == before, "no audit uses it"


@pytest.mark.both_databases
def test_an_app_that_is_taken_out_asks_nothing_until_it_is_back(play: Play) -> None:
    play.load()
    look(play)
    admin.uninstall(play.workspace)
    assert play.workspace.sender.settle(30)
    assert play.status().refused is not None
    assert "No message has been sent since" in _in_words(play.status(), None)
    before = play.workspace.counts.total()
    with play.sessions.begin() as session:
        channels.look_soon(session, EAST)
        session.execute(update(Message).values(wanted=Message.wanted + 1))
    assert sweep.deliveries(play.sessions) == []
    look(play)
    assert play.workspace.counts.total() == before, "neither messages nor looks"
    nightly.check(play.sessions, poster(play))
    assert play.workspace.counts.total() == before + 1

    admin.install_again(play.workspace)
    nightly.check(play.sessions, poster(play))
    assert play.status().refused is None
    look(play)
    assert play.status().messages_behind == 0
    with play.reading() as session:
        requests = select(func.count()).where(Message.kind == MessageKind.REQUEST, Message.ts.is_(None))
        assert session.scalar(requests) == 0
    assert play.workspace.sender.event({"type": "tokens_revoked"}).ok
    assert play.status().refused is None, "it was somebody else's token"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_token_that_is_refused_in_the_middle_sets_nothing_aside(play: Play) -> None:
    play.load()
    with play.workspace.changing():
        play.workspace.app.active = False
    deliver_due(play)
    assert play.status().trouble[0].error == refusal("account_inactive")
    assert [each for each in play.status().trouble if each.set_aside] == []
    with play.workspace.changing():
        play.workspace.app.active = True
    nightly.check(play.sessions, poster(play))
    deliver_due(play)
    assert play.status().trouble == ()
    assert play.status().messages_behind == 0


@pytest.mark.both_databases
def test_a_channel_whose_id_slack_changes_is_the_same_channel(play: Play) -> None:
    """As Slack changes a private channel's id when somebody begins to share it with another organisation."""
    play.load()
    only_one_case(play)
    play.move_clock(summaries_due(min(case.meeting_at for case in play.board().cases), 3) + timedelta(minutes=1))
    deliver_due(play)
    before = play.person(COORDINATOR).messages(EAST)
    assert before
    with play.workspace.changing():
        play.workspace.app.events.remove("channel_id_changed")
    change(play, "change_id", id=SHARED_EAST)
    assert play.send_return("U0EDUEAST", "T2-EAST-03").ok
    deliver_due(play)
    assert sum(each.set_aside for each in play.status().trouble) > 0, "Slack hasn't told the new id yet"
    night(play)
    [first] = told(play)
    event: Obj = {"type": "channel_id_changed", "old_channel_id": EAST, "new_channel_id": SHARED_EAST}
    for _ in range(3):  # as Slack does if it isn't answered in time
        assert play.workspace.sender.event(event).ok
        look(play)
    assert play.status().trouble == ()
    after = play.person(COORDINATOR).messages(SHARED_EAST)
    assert [each["ts"] for each in after[: len(before)]] == [each["ts"] for each in before]
    assert after[: len(before)] != before, "what stood there is changed"
    with play.reading() as session:
        there = select(func.count()).where(Message.posted_channel == SHARED_EAST)
        assert session.scalar(there) == len(after), "and not posted again"
    [said] = told(play)
    assert "messages can go there again" in said
    assert said != first
    assert row(play, SHARED_EAST).error is None
    assert EAST not in str(rows(play.sessions)), "whatever the table"
    assert len(entries(play.sessions, "channel.change_id")) == 1

    admin.to_channel(play.workspace, SHARED_EAST, "share", {"team": "T0ELSEWHERE"})
    look(play)
    assert "#audit-east is shared with another organisation" in told(play)[1], "and nothing more goes there"


@pytest.mark.on_sqlite
def test_a_channel_that_was_chosen_by_its_new_id_already(play: Play) -> None:
    play.load()
    look(play)
    change(play, "kick")
    with play.sessions.begin() as session:
        channels.look_soon(session, SHARED_EAST)
    change(play, "change_id", id=SHARED_EAST)
    assert EAST not in str(rows(play.sessions)), "whatever the table"
    assert len(told(play)) == 2, "of the new id the same is told"
    event: Obj = {"type": "channel_id_changed", "old_channel_id": "G0OTHERS", "new_channel_id": "C0OTHERS"}
    assert play.workspace.sender.event(event).ok
    with play.reading() as session:
        assert not channel_ids.is_stored(session, "C0OTHERS"), "no audit uses it"
