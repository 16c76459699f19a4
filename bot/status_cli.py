"""Commands about waiting work: print it, and try again what is in trouble."""

import argparse
import json
import select
import sys
from dataclasses import asdict

from audit.calendar import stamp
from audit.delivery import socket_connections
from audit.delivery.backlog import Status, status
from audit.delivery.socket_connections import ConnectionRecord
from bot.settings import Stored
from views.parts import count_of

FOLLOWING = 0.4
"""Seconds between two checks of what waits."""


def show(settings: Stored, given: argparse.Namespace) -> None:
    """Print what is waiting, and why; with --follow, again whenever it changes, until you stop it."""
    shown: tuple[Status, ConnectionRecord | None] | None = None
    with settings.database() as sessions:
        while True:
            with sessions.reading() as session:
                now = status(session), socket_connections.known(session)
            if now != shown:
                print(_as_json(*now) if given.json else _in_words(*now), flush=True)
                shown = now
            if not given.follow or _unread(FOLLOWING):
                return


def _unread(seconds: float) -> bool:
    """Wait for `seconds`; True, at once, if the reader of this command's output has gone."""
    reader = select.poll()
    reader.register(sys.stdout, 0)  # without events, only errors and hang-ups are reported
    return bool(reader.poll(seconds * 1000))


def _as_json(now: Status, slack: ConnectionRecord | None) -> str:
    link = asdict(slack) | {"stands": slack.stands} if slack else None
    return json.dumps(asdict(now) | {"settled": now.settled, "connection": link}, default=str)


def _in_words(now: Status, slack: ConnectionRecord | None) -> str:
    lines = [f"{count_of(now.promises, 'change')} to pass on, {count_of(now.messages_behind, 'message')} to deliver."]
    lines += [_connected(slack)] if slack else []
    if now.refused is not None:
        lines.append(f"No message has been sent since {stamp(now.refused.since)} (London): {now.refused.sentence}")
    lines += [f"  nobody in Slack can be told: {each}" for each in now.without_audience]
    lines += [f"  {each.key}: {each.error}{' Set aside.' if each.set_aside else ''}" for each in now.trouble]
    for sheet in now.sheets:
        looked = f"last checked {stamp(sheet.drawn_at)} (London)" if sheet.drawn_at else "not updated yet"
        state = f"{'changes still to come' if sheet.behind else 'every change is in it'}, {looked}."
        if sheet.spreadsheet_id is None:
            state = "not set up yet."
        elif not (sheet.behind or sheet.drawn_at):
            state = "what was written to it is being removed, because the audit's retention period has ended."
        of = f"{sheet.cycle_number}, {sheet.whose}" if sheet.whose else sheet.cycle_number
        lines.append(f"  sheet of audit {of}: {state} {sheet.error or ''}")
    return "\n".join(lines)


def _connected(slack: ConnectionRecord) -> str:
    stands = "is open" if slack.stands else f"isn't open: one was last seen {stamp(slack.seen_at)} (London)"
    last = f", last {stamp(slack.again_at)}" if slack.again_at else ""
    return f"The connection to Slack {stands}. Renewed {slack.again} times since {stamp(slack.since)}{last}."


def redeliver(settings: Stored, _: argparse.Namespace) -> None:
    """Try now to deliver the messages that had problems, once the cause is fixed."""
    from audit.delivery import ledger  # it loads most of the rules, which `status` doesn't need

    with settings.database() as sessions, sessions.begin() as session:
        count = ledger.redeliver(session)
    print(f"{count} messages are tried again." if count else "No message has a problem.")
