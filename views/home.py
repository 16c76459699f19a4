"""Home: what waits for a person, what they may read, and what they run."""

from collections.abc import Sequence

from audit.home import CaseLine, Home
from audit.returns import Waiting
from views import returns
from views.cases import READ
from views.overview import cycle_blocks, status_blocks
from views.parts import (
    MESSAGE_CHARACTERS,
    VIEW_BLOCKS,
    Block,
    Content,
    View,
    button,
    context,
    count_of,
    divider,
    escape,
    header,
    section,
    verbatim,
)
from views.words import when

_MOST_WAITING = 25
_MOST_WAITING_BESIDE_CYCLES = 12
_MOST_RELEASED = 12
_MOST_ANSWERED = 10

_PURPOSE = """\
*What this app is for.* It asks the agencies around a child for their returns in a multi-agency audit, and puts them \
together for the audit meeting. It keeps the sheet up to date."""
_LEADS = """\
*Agency leads and deputies.* You get a message when an audit opens. Press *Open return*, answer, and send. You can \
change a return until its meeting begins. After the deadline it still counts, and is marked late."""
_COORDINATORS = """\
*Coordinators.* Home has every case, what is behind, and the buttons to open an audit and to ratify a judgement. \
`/audit sheet` tells how the sheet is, what people changed in it, and who can open it."""
_HELP = (
    _PURPOSE,
    _LEADS,
    _COORDINATORS,
    "*Everyone.* The Home tab of this app shows what waits for you. `/audit` shows the same, `/audit help` shows this.",
    "*Never write* names, dates of birth, numbers or addresses: nothing that tells who the child or anybody else is.",
    "*This is not a referral route.* If a child may be at risk now, use your agency's referral route first.",
)


def home(home: Home) -> View:
    """The Home tab, within its hundred blocks whatever the number of cases."""
    blocks: list[Block] = [header("Your audits"), section(f"Hello {escape(home.label)}.")]
    blocks += _waiting(home) if home.waiting else []
    blocks += _released(home.released) if home.released else []
    blocks += status_blocks(home.status, home.now) if home.status else []
    if home.cycles:
        blocks += cycle_blocks(home.cycles, home.now, coordinates=home.coordinates, room=VIEW_BLOCKS - 2 - len(blocks))
    elif home.coordinates:
        blocks.append(section("There is no audit cycle yet."))
    if not (home.waiting or home.released or home.cycles or home.coordinates):
        blocks.append(section("Nothing waits for you now. You get a message when an audit needs a return from you."))
    return {"type": "home", "blocks": [*blocks, divider(), context("Need a hand? Type `/audit help`.")]}


def _waiting(home: Home) -> list[Block]:
    """An agency's returns by deadline, those still to send first."""
    lines = sorted(home.waiting, key=lambda each: (returns.sent(each), each.due_at))
    shown = lines[: _MOST_WAITING_BESIDE_CYCLES if home.cycles else _MOST_WAITING]
    due = sum(returns.waits(each, home.now) for each in lines)
    all_sent = (
        "✅ Every return is sent. Thank you." if all(map(returns.sent, lines)) else "No return can be sent any more."
    )
    state = f"{count_of(due, 'return')} still to send." if due else all_sent
    blocks = [header("Your agency's returns"), section(f"*{state}*")]
    for place, each in enumerate(shown):
        if place == 0 or each.due_at != shown[place - 1].due_at:
            blocks.append(context(f"Deadline: *{when(each.due_at, home.now)}*"))
        blocks.append(returns.line(each, home.now))
    left = len(lines) - len(shown)
    return [*blocks, context(f"and {left} more{_where(lines[len(shown) :])}.")] if left else blocks


def _where(left: Sequence[Waiting]) -> str:
    """How many there are in each area."""
    areas: dict[str, int] = {}
    for each in left:
        areas[each.party.area] = areas.get(each.party.area, 0) + 1
    return ": " + ", ".join(f"{escape(area)} {number}" for area, number in list(areas.items())[:10])


def _released(lines: Sequence[CaseLine]) -> list[Block]:
    blocks = [header("Summaries that you may read")]
    for each in lines[:_MOST_RELEASED]:
        state = "ratified" if each.judgement else "released, not ratified yet"
        reading = button("Read the summary", READ, each.case_id, about=each.reference)
        blocks.append(section(f"*{escape(each.reference)}* · {escape(each.area)} · {state}", reading))
    left = len(lines) - _MOST_RELEASED
    return [*blocks, context(f"and {left} more: their buttons are in the audit channel.")] if left > 0 else blocks


def look_at_home(home: Home) -> Content:
    """What `/audit` answers, beside bringing Home up to date: what waits, with its buttons, and where the rest is."""
    due = sum(returns.waits(each, home.now) for each in home.waiting)
    state = f"{count_of(due, 'return')} still to send." if due else "No return waits for you."
    where = "Everything else is on the Home tab of this app."
    lines = returns.listed(home.waiting, home.now, _MOST_ANSWERED, MESSAGE_CHARACTERS)
    return Content(f"{state} {where}", [section(f"*{state}*"), *lines, context(where)])


def sorry(sentence: str) -> View:
    """Home for somebody who can't have one now: the reason, as a person reads it."""
    return {"type": "home", "blocks": [header("Your audits"), *verbatim(sentence)]}


def help_message() -> Content:
    """What `/audit help` answers."""
    return Content("How to use the audit app.", [header("How to use this app"), *(section(text) for text in _HELP)])
