"""Connections to Slack that aren't this deployment's own are noticed; those of its other processes are its own."""

from dataclasses import replace

from sqlalchemy import select

from audit.delivery import slack_conditions
from audit.delivery.slack_conditions import Crowd
from bot.connection import address, opened
from bot.socket_mode import HELD
from storage.socket_connections import SLACK, Connection
from tests.kit.insisting import SOON, socket_mode
from tests.kit.play import Play


def crowd(play: Play) -> Crowd | None:
    """What Slack counted beyond ours the last time."""
    with play.reading() as session:
        return slack_conditions.connection_excess(session)


def test_those_of_another_installation_are_noticed_until_they_are_gone(play: Play) -> None:
    sockets, token = play.workspace.sockets, play.workspace.in_socket_mode()
    theirs, counted = opened(address(token, play.settings.slack_api_url), patience=60)
    assert counted == 1
    ours = [socket_mode(play, token, replace(SOON, noted=0.1)) for _ in range(2)]
    for each, said in zip(ours, ("3 connections of this app, and 2", "5 connections of this app, and 4"), strict=True):
        each.start()
        assert play.until(lambda: said in str(crowd(play))), said  # noqa: B023
    with play.reading() as session:
        assert slack_conditions.untold(session) == [], "it is for whoever runs the app"
    theirs.close()
    assert sockets.wait_until(lambda: sockets.held == HELD * 2)
    sockets.refresh()
    assert play.until(lambda: sockets.opened == 1 + 4 * HELD and crowd(play) is None)
    for each in ours:
        each.end()
    with play.reading() as session:
        assert session.scalars(select(Connection.to)).all() == [SLACK], "those who have ended count no more"
