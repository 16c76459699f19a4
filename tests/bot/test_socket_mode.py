"""Socket Mode: nothing is lost or doubled whatever becomes of the connections, and nothing gets in that mustn't."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Thread

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session
from websockets.exceptions import ConnectionClosedError

from audit.delivery import slack_conditions, socket_connections
from audit.errors import Refused
from bot import unanswered
from bot.connection import USUAL, Pace
from bot.envelopes import Envelopes
from bot.gate import LIMIT
from bot.socket_mode import AT_ONCE, HELD, Attempts, SocketMode
from bot.web import slack_app
from handlers.bounded import DEPTH, ELEMENTS
from sandbox.faults import Fault
from sandbox.slack import Outcome, SentRequest, admin
from sandbox.slack.envelopes import CONNECTION, enveloped
from sandbox.slack.sender import FORM
from sandbox.slack.shapes import compact
from storage.people import Channel
from storage.returns import ReturnVersion
from tests.kit.forging import click, command, home_opened, send
from tests.kit.insisting import socket_mode
from tests.kit.looking import rows
from tests.kit.nonsense import GOOD, NONSENSE, form
from tests.kit.play import GRADED, Play
from views.slack_refusals import EVERYWHERE

LEAD = "U0EDUEAST"
QUICK = Pace(look=0.2, answer=0.8, farewell=0.1, apart=0)


@pytest.fixture
def slack(play: Play) -> Iterator[SocketMode]:
    """The product, reached over connections that it opens itself; the published cycle is open."""
    play.load()
    play.workspace.in_socket_mode()
    found = socket_mode(play)
    found.start()
    assert play.until(lambda: found.held == HELD)  # Slack has them a moment before
    yield found
    found.end()


@contextmanager
def once(moment: str, do: Callable[[], object]) -> Iterator[None]:
    """Do that in the middle of the next return that is sent: when it is "written", or "committed"."""
    writing: list[int] = []

    def written(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "INSERT INTO return_versions" in statement and not writing:
            writing.append(threading.get_ident())
            if moment == "written":
                do()

    def committed(_: Session) -> None:
        if writing == [threading.get_ident()] and moment == "committed":
            writing.append(0)
            do()

    event.listen(Engine, "before_cursor_execute", written)
    event.listen(Session, "after_commit", committed)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", written)
        event.remove(Session, "after_commit", committed)


def versions(play: Play) -> int:
    with play.reading() as session:
        return session.scalar(select(func.count()).select_from(ReturnVersion)) or 0


def filled(play: Play, reference: str) -> Callable[[], Outcome]:
    """The return's form is open and filled in: what sends it."""
    assert play.open_return(LEAD, reference).ok
    who = play.person(LEAD)
    modal = who.modal()
    assert modal is not None
    who.fill(modal.id, dict(GRADED))
    return lambda: who.submit(modal.id)


@pytest.mark.on_sqlite
def test_fault_04_a_connection_that_is_cut_at_any_moment_loses_nothing_and_doubles_nothing(
    play: Play, slack: SocketMode
) -> None:
    cut = play.workspace.sockets.cut
    moments = {"before": False, "written": False, "committed": False, "after": True}
    for number, (moment, acknowledged) in enumerate(moments.items(), 1):
        submit = filled(play, f"T2-EAST-0{number}")
        if moment == "before":
            cut()
        with once(moment, cut):
            outcome = submit()
        assert outcome.ok == acknowledged or moment == "before", f"{moment}: {outcome}"
        if moment == "after":
            cut()
        assert play.workspace.sockets.wait(HELD), moment
        if not outcome.ok:
            assert submit().ok, "the form stands there still, and is sent again"
        assert versions(play) == number, moment
        play.close_modal(LEAD)
    assert play.until(lambda: again(play) >= 2 * 4 - 1), "each of them is counted"  # a moment after Slack has it
    with play.reading() as session:
        known, crowd = socket_connections.known(session), slack_conditions.connection_excess(session)
    assert known is not None
    assert known.stands
    assert crowd is None, "all are ours"
    assert play.until(lambda: slack.held == HELD)


def again(play: Play) -> int:
    """How often a connection was replaced, as far as it is noted."""
    with play.reading() as session:
        known = socket_connections.known(session)
    return known.again if known else 0


@pytest.mark.usefixtures("slack")
def test_fault_04_the_same_envelope_again_changes_nothing_more(play: Play) -> None:
    sent = filled(play, "T2-EAST-01")()
    assert sent.ok
    assert sent.request is not None
    with ThreadPoolExecutor(3) as copies:
        again = list(copies.map(play.workspace.sender.resend, [sent.request] * 3))
    assert {each.body for each in again} == {sent.body}
    assert versions(play) == 1


@pytest.mark.usefixtures("slack")
def test_events_and_refusals_are_the_same_over_a_connection(play: Play) -> None:
    admin.to_channel(play.workspace, "C0AUDITEAST", "kick", {})
    assert play.workspace.sender.settle(30)
    with play.reading() as session:
        assert session.scalars(select(Channel.look_at).where(Channel.channel == "C0AUDITEAST")).one()
    assert EVERYWHERE in send(play.workspace, command(LEAD) | {"is_enterprise_install": "true"}).body
    assert send(play.workspace, click(LEAD, "help.show", "all") | {"is_enterprise_install": True}).ok
    assert EVERYWHERE in play.modal_text(LEAD)


def test_who_falls_silent_is_noticed_and_replaced(play: Play) -> None:
    sockets, slack = play.workspace.sockets, socket_mode(play, play.workspace.in_socket_mode(), QUICK)
    slack.start()
    assert sockets.wait(HELD)
    sockets.freeze()
    assert play.until(lambda: sockets.opened >= 2 * HELD and slack.held == HELD)
    sockets.thaw()
    assert sockets.wait_until(lambda: sockets.held == HELD), "who was silent hears that it is over"
    assert play.until(lambda: play.person(LEAD).open_home().ok)
    slack.end()


@pytest.mark.usefixtures("slack")
def test_what_is_under_way_at_a_refresh_is_acknowledged_and_nobody_waits(play: Play) -> None:
    sockets = play.workspace.sockets
    sockets.leaving = 5
    submit = filled(play, "T2-EAST-01")

    def refreshed() -> None:
        sockets.refresh("warning")
        assert play.until(lambda: sockets.opened >= 2 * HELD)

    with once("written", refreshed):
        assert submit().ok
    sockets.leaving = 0.1
    play.close_modal(LEAD)
    assert play.send_return(LEAD, "T2-EAST-02").ok


def test_fault_17_the_end_acknowledges_what_is_under_way(play: Play, slack: SocketMode) -> None:
    submit = filled(play, "T2-EAST-01")
    ending = Thread(target=slack.end)

    def end() -> None:
        ending.start()
        assert play.until(lambda: play.workspace.sockets.held == 1), "over the other one nothing is under way"

    with once("committed", end):
        assert submit().ok
    ending.join(20)
    assert play.until(lambda: play.workspace.sockets.held == 0)
    assert versions(play) == 1


def test_fault_03_nothing_gets_in_that_must_not(play: Play, slack: SocketMode) -> None:
    """Hostile frames over both connections: none is acknowledged, and who is from elsewhere is nobody."""
    sockets, but = play.workspace.sockets, frozenset({"trail", "trail_head", "connections"})
    before = rows(play.sessions, but=but)
    patience, play.workspace.answer_seconds = play.workspace.answer_seconds, 0  # nobody waits for an answer to these
    for body in [body for body, _ in NONSENSE] + odd_envelopes():
        sockets.resend(SentRequest(CONNECTION, {}, body))
    play.workspace.answer_seconds = patience
    elsewhere = send(play.workspace, click(LEAD, "return.open", "a" * 32, team="T0ANOTHER"))
    assert elsewhere.ok
    assert rows(play.sessions, but=but) == before
    assert sockets.opened == HELD, "no connection was lost for it"
    unknown = {"type": "event_callback", "team_id": "T0SANDBOX1", "event": {"type": "reaction_added"}}
    assert send(play.workspace, unknown).ok, "or Slack would send it again and again"
    assert send(play.workspace, command(LEAD)).ok
    assert send(play.workspace, home_opened(LEAD)).ok
    assert len(sockets.acknowledged) == len([elsewhere, unknown, command, home_opened])
    assert slack.held == HELD


def odd_envelopes() -> list[bytes]:
    """Envelopes as Slack makes them, but for one thing each."""
    good = enveloped(form(GOOD), FORM, {})
    deep: object = 1
    for _ in range(DEPTH):
        deep = [deep]
    odd: list[dict[str, object]] = [
        {"payload": GOOD | {"deep": deep}},
        {"payload": GOOD | {"many": [0] * ELEMENTS}},
        {"payload": GOOD | {"large": "x" * LIMIT}},
        {"payload": GOOD | {"actions": []}},
        {"payload": GOOD | {"user": None}},
        {"payload": GOOD | {"type": "shortcut"}},
        {"payload": "text"},
        {"payload": None},
        {"payload": [GOOD]},
        {"payload": command(LEAD)},
        {"type": "events_api"},
        {"type": "slash_commands"},
        {"type": "another"},
        {"type": None},
        {"envelope_id": None},
        {"envelope_id": ""},
    ]
    return [compact(good | each).encode() for each in odd]


def test_a_start_is_refused_by_a_no_and_not_by_silence(play: Play) -> None:
    workspace = play.workspace
    workspace.in_socket_mode()
    with pytest.raises(Refused, match="doesn't accept SLACK_APP_TOKEN"):
        socket_mode(play, "xapp-another").start()
    with pytest.raises(Refused, match="of another kind"):
        socket_mode(play, "xoxb-sandbox").start()
    workspace.app.app_scopes = ["authorizations:read"]
    with pytest.raises(Refused, match="lacks the scope connections:write"):
        socket_mode(play).start()
    workspace.app.app_scopes, workspace.app.socket_mode = ["connections:write"], False
    with pytest.raises(Refused, match="switched off"):
        socket_mode(play).start()
    workspace.app.socket_mode = True
    workspace.faults.add(Fault("apps.connections.open", status=403, headers={"Content-Type": "text/html"}, body="<p>"))
    workspace.faults.add(Fault("apps.connections.open", drop="before"))
    workspace.faults.add(Fault("apps.connections.open", times=2, status=429, headers={"Retry-After": "9" * 30}))
    slack = socket_mode(play)
    assert "something else answered. It may be a proxy's or a firewall's page" in slack.start()
    assert workspace.sockets.wait(HELD), "it is tried again"
    workspace.app.socket_mode = False
    workspace.sockets.refresh("link_disabled")
    assert play.until(lambda: slack.held == 0)
    workspace.app.socket_mode = True
    assert workspace.sockets.wait(HELD), "it heals by itself"
    slack.end()
    hung_up_before_its_first_word = ConnectionClosedError(None, None)
    assert "the connection is refused or broken" in unanswered.of_slack(hung_up_before_its_first_word)


def test_whoever_is_cut_off_tries_at_once_and_then_every_few_seconds(play: Play) -> None:
    attempts = Attempts(USUAL.apart)
    *at_once, fifth = [attempts.wait() for _ in range(AT_ONCE + 1)]
    assert at_once == [0] * AT_ONCE
    assert 0 < fifth <= USUAL.apart < 5, "nobody is deaf for longer, and Slack takes 50 questions a minute"
    sockets, slack = play.workspace.sockets, socket_mode(play, play.workspace.in_socket_mode(), Pace(apart=1000))
    slack.start()
    for _ in range(5):
        sockets.cut()
        sockets.wait(seconds=0.2)
    assert sockets.opened <= 1 + AT_ONCE, "the first of all isn't counted"
    slack.end()


def test_whatever_becomes_of_an_envelope_the_connection_is_read_on(play: Play) -> None:
    envelopes, token = Envelopes(slack_app(play.settings, play.sessions)), play.workspace.in_socket_mode()
    slack = SocketMode(token, play.settings.slack_api_url, envelopes, play.sessions)
    slack.start()
    assert play.until(lambda: slack.held == HELD)
    envelopes.end()  # no thread can be begun, as where the machine has no more
    play.workspace.answer_seconds = 0.2
    for _ in range(2 * HELD):
        assert not send(play.workspace, command(LEAD)).ok
    assert slack.held == HELD
    slack.end()
