"""Where messages may go: looked at before each first post, allowed by a coordinator where others read along."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from audit import access
from audit.calendar import summaries_due
from audit.delivery import channels
from audit.delivery.channels import SlackChannel
from audit.errors import Refused
from sandbox.slack import admin
from storage.cases import Case
from storage.clock import now
from storage.cycles import Cycle, CycleArea
from storage.people import Area, Person, Workspace
from tests.kit.forging import TEAM, click, send
from tests.kit.looking import entries
from tests.kit.play import Play
from views.delivery import channels as channels_view

COORDINATOR, EAST = "U0COORDIN", "C0AUDITEAST"
PRIVATE = SlackChannel("audit-east", private=True)
SHARED = SlackChannel("audit-east", private=True, shared=True, shared_with=("T0X",))


def posted(play: Play) -> int:
    return len(play.person(COORDINATOR).messages(EAST))


def look(play: Play) -> str:
    with play.reading() as session:
        cycle_id = session.scalars(select(Cycle.id)).one()
    assert send(play.workspace, click(COORDINATOR, channels_view.SHOW, cycle_id)).ok
    return play.modal_text(COORDINATOR)


def press(play: Play, action_id: str) -> str:
    """Press such a button of the channel of the area East; what is shown then."""
    view = play.modal(COORDINATOR)
    assert play.person(COORDINATOR).act(view.id, action_id, f"channel-{east(play)}").ok
    return play.modal_text(COORDINATOR)


def of_elsewhere(play: Play, user_id: str) -> None:
    """Somebody who has a role is of the workspace that the channel is shared with."""
    with play.sessions.begin() as session:
        there = Workspace(team_id="T0ELSEWHERE", name="T0ELSEWHERE")
        session.add(there)
        session.flush()
        session.scalars(select(Person).where(Person.user_id == user_id)).one().workspace_id = there.id


def east(play: Play) -> str:
    with play.reading() as session:
        return session.scalars(select(CycleArea.id).join(Area).where(Area.label == "East")).one()


def aside(play: Play) -> int:
    return sum(each.set_aside for each in play.status().trouble)


def only_one_case(play: Play) -> None:
    """The others are withdrawn: one post a second is all that a channel takes."""
    with play.sessions.begin() as session:
        session.execute(update(Case).where(Case.reference != "T2-EAST-03").values(withdrawn_at=now(session)))


@pytest.mark.both_databases
def test_a_shared_channel_is_refused_allowed_and_refused_again(play: Play) -> None:
    play.load()
    assert look(play).count("It hasn't been checked yet") == 4
    assert press(play, channels_view.CHECK).count("✅ Private, and the app is in it.") == 1
    admin.to_channel(play.workspace, EAST, "share", {"team": "T0ELSEWHERE"})
    of_elsewhere(play, "U0POLICE")
    only_one_case(play)
    play.move_clock(summaries_due(min(case.meeting_at for case in play.board().cases), 3) + timedelta(minutes=1))
    play.work_while_waiting()
    assert play.until(lambda: aside(play) == 2), "the summary, and the agenda"
    play.settled()
    assert posted(play) == 0
    assert "is shared with another organisation or workspace (T0ELSEWHERE)" in look(play)
    assert "It is shared with T0ELSEWHERE (Police)." in play.modal_text(COORDINATOR)
    assert (
        "The people of T0ELSEWHERE (Police) read this channel: on their side it may be public, and be kept for a"
        in play.modal_text(COORDINATOR)
    )

    assert "Coordinator allowed posting there" in press(play, channels_view.ALLOW)
    assert play.until(lambda: posted(play) == 2)
    play.settled()

    assert "is shared with another organisation" in press(play, channels_view.FORBID)
    before = play.person(COORDINATOR).messages(EAST)
    assert play.send_return("U0EDUEAST", "T2-EAST-03").ok
    assert play.until(lambda: aside(play) == 2)
    play.settled()
    assert play.person(COORDINATOR).messages(EAST) == before, "what stands there isn't changed either"

    look(play)
    admin.to_channel(play.workspace, EAST, "share", {})
    admin.to_channel(play.workspace, EAST, "kick", {})
    assert "invite the app to it" in press(play, channels_view.CHECK)
    admin.to_channel(play.workspace, EAST, "invite", {})
    assert "✅ Private" in press(play, channels_view.CHECK)
    play.settled()
    assert aside(play) == 0
    assert "1 of 10 agencies" in str(play.person(COORDINATOR).messages(EAST)), "and it is tried again"
    assert [len(entries(play.sessions, f"channel.{verb}")) for verb in ("allow", "forbid", "check")] == [1, 1, 3]


@pytest.mark.on_sqlite
def test_what_stands_in_a_channel_that_was_made_public_isnt_changed_any_more(play: Play) -> None:
    """Slack tells an app of that only in messages, which this one doesn't ask for."""
    play.load()
    only_one_case(play)
    due = summaries_due(min(case.meeting_at for case in play.board().cases), 3) + timedelta(minutes=1)
    play.move_clock(due)
    play.work_while_waiting()
    assert play.until(lambda: posted(play) == 2), "the summary, and the agenda"
    play.settled()
    before = play.person(COORDINATOR).messages(EAST)
    admin.to_channel(play.workspace, EAST, "make_public", {})
    play.move_clock(due + timedelta(minutes=2))
    assert play.send_return("U0EDUEAST", "T2-EAST-03").ok
    play.settled()
    assert aside(play) == 2
    assert play.person(COORDINATOR).messages(EAST) == before


def test_what_was_allowed_ends_as_soon_as_another_organisation_reads_along(play: Play) -> None:
    play.load()
    look(play)
    admin.to_channel(play.workspace, EAST, "share", {"team": "T0ELSEWHERE"})
    press(play, channels_view.CHECK)
    assert "Coordinator allowed posting there" in press(play, channels_view.ALLOW)
    assert "Coordinator allowed posting there" in press(play, channels_view.CHECK)
    play.workspace.channels[EAST].connected_team_ids.append("T0THIRD")
    assert "(T0ELSEWHERE, T0THIRD), so nothing is posted there" in press(play, channels_view.CHECK)
    only_one_case(play)
    play.move_clock(summaries_due(min(case.meeting_at for case in play.board().cases), 3) + timedelta(minutes=1))
    play.work_while_waiting()
    assert play.until(lambda: aside(play) == 2), "the summary, and the agenda"
    assert posted(play) == 0


@pytest.mark.both_databases
def test_what_was_allowed_holds_for_those_who_read_along_then(play: Play) -> None:
    play.load(opened=False)
    place_id = east(play)
    with play.sessions.begin() as session:
        who = access.actor(session, TEAM, COORDINATOR)
        with pytest.raises(Refused, match="isn't shared"):
            channels.allow(session, who, place_id)
        assert channels.record(session, EAST, PRIVATE) is None
        assert channels.recently_usable(session, EAST)
        assert "shared with another" in str(channels.record(session, EAST, SHARED))
        assert not channels.recently_usable(session, EAST)
        channels.allow(session, who, place_id)
        assert channels.record(session, EAST, SHARED) is None
        more = SlackChannel("audit-east", private=True, shared=True, shared_with=("T0X", "T0Y"))
        assert "shared with another" in str(channels.record(session, EAST, more)), "others have joined"
        channels.allow(session, who, place_id)
        assert channels.record(session, EAST, SHARED) is None
        assert "is public" in str(channels.record(session, EAST, SlackChannel("audit-east", private=False)))
        assert "shared with another" in str(channels.record(session, EAST, SHARED)), "that was another time"
        assert channels.record(session, EAST, "Slack doesn't find it.") == "Slack doesn't find it."
        [found] = [each for each in channels.findings(session, the_cycle(play)) if each.uses == ("East",)]
    assert (found.name, found.error, found.allowed_at) == ("audit-east", "Slack doesn't find it.", None)


def the_cycle(play: Play) -> str:
    with play.reading() as session:
        return session.scalars(select(Cycle.id)).one()
