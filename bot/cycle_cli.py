"""Commands about a cycle: set it up from a file, open it, print its dates."""

import argparse
import json
from datetime import datetime

from audit import calendar, cycle_facts
from audit.actions import actions
from audit.calendar import in_london, on, stamp
from audit.labels import about_areas
from audit.setup import opening
from bot.settings import Stored


def load(settings: Stored, given: argparse.Namespace) -> None:
    """Set a cycle up from a file."""
    from bot import loading  # the only command that needs the rules for everything in a file

    file = loading.read(given.file)
    with settings.database() as sessions, sessions.begin() as session:
        cycle = loading.load(session, file, answered=given.answered)
        off = opening.days_off(session, cycle)
    print(f"Audit {cycle.number} is set up: {len(file.setup.cases)} cases. {file.note}")
    print("".join(f"Is that right? {each[:1].upper()}{each[1:]}.\n" for each in off), end="")


def open_it(settings: Stored, given: argparse.Namespace) -> None:
    """Open a cycle, so that its leads are asked for their returns."""
    with settings.database() as sessions, sessions.begin() as session:
        opening.open_cycle(session, None, cycle_facts.by_number(session, given.cycle).id)
    print(f"Audit {given.cycle} is open. Its leads get their requests now.")


def due(settings: Stored, given: argparse.Namespace) -> None:
    """Print what falls due in a cycle, and when."""
    with settings.database() as sessions, sessions.reading() as session:
        cycle = cycle_facts.view(session, cycle_facts.by_number(session, given.cycle).id)
        owed = [each for each in actions.of_cycle(session, cycle.id) if each.state in actions.OWED]
    dues = calendar.dues(cycle.due_at, [each.starts_at for each in cycle.meetings], cycle.summary_days)
    areas = [list(each.areas) for each in cycle.meetings]
    if given.json:
        later = [{"name": each.name, "due_on": each.due_on.isoformat()} for each in owed]
        now = in_london(settings.clock.now()).isoformat()
        print(json.dumps(calendar.to_json(dues, areas) | {"actions": later, "now": now}))
        return
    print(f"{_moment(dues.returns_at)}  deadline for returns")
    for each, named in zip(dues.meetings, areas, strict=True):
        print(f"{_moment(each.summaries_at)}  case summaries{' of ' * bool(named)}{', '.join(named)}")
        print(f"{_moment(each.starts_at)}  meeting{about_areas(', '.join(named))}")
    for action in owed:
        print(f"{on(action.due_on):<28}  {action.name}")


def _moment(moment: datetime) -> str:
    return f"{stamp(moment):<28}"
