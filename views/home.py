"""Home, put together from its parts, and what `/audit` answers beside it."""

from audit.home import Home
from views import actions as owed
from views import archive, returns
from views.attention import attention_blocks
from views.overview import cycle_blocks
from views.parts import (
    ALL,
    MESSAGE_CHARACTERS,
    VIEW_BLOCKS,
    Block,
    Content,
    View,
    actions,
    button,
    context,
    count_of,
    divider,
    escape,
    header,
    modal,
    section,
    verbatim,
)
from views.waiting import MOST_RELEASED, handed_blocks, released_blocks, waiting_blocks

HELP = "help.show"
"""The button that tells how to use the app."""

_MOST_ANSWERED = 10
_ACTIONS = 10
"""The blocks that actions take at the most."""
_ACTIONS_BESIDE_CYCLES = 6
"""The same where audits stand below: each has a button with all of its actions."""
_NOTHING = 2
"""The blocks of a Home on which there is nothing but the greeting."""

_PURPOSE = """\
*What this app is for.* It asks the agencies around a child for their returns in a multi-agency audit, and puts them \
together for the audit meeting. It keeps the sheet up to date."""
_LEADS = """\
*Agency leads and deputies.* You get a message when an audit opens. Press *Open return*, answer, and send. You can \
change a return until its meeting begins. After the deadline it still counts, and is marked late."""
_COORDINATORS = """\
*Coordinators.* Home has what waits for you, every case, and the buttons for everything: to set up, open and manage \
an audit, to see who hasn't answered, and to ratify. \
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
    blocks += attention_blocks(home.attention, home.now) if home.attention else []
    blocks += [*waiting_blocks(home), *handed_blocks(home), *released_blocks(home.released)]
    blocks += owed.home_blocks(home.actions, home.now, _ACTIONS_BESIDE_CYCLES if home.cycles else _ACTIONS)
    if home.cycles:
        blocks += cycle_blocks(home.cycles, home.now, coordinates=home.coordinates, room=VIEW_BLOCKS - 2 - len(blocks))
    elif home.coordinates:
        blocks.append(section("There is no audit cycle yet. Press *New audit* to plan the first one."))
    if len(blocks) == _NOTHING:
        blocks.append(section("Nothing waits for you now. You get a message when an audit needs a return from you."))
    return {"type": "home", "blocks": [*blocks, divider(), actions("help", *_beside(home))]}


def _beside(home: Home) -> list[Block]:
    """The last buttons: the audits that Home has no room for, and help."""
    more = home.older or len(home.cycles) > 1 or len(home.released) > MOST_RELEASED
    past = [button("Past audits", archive.SHOW, ALL)] if more else []
    return [*past, button("How to use this app", HELP, ALL)]


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


def help_shown() -> View:
    """The same, in a modal."""
    return modal("How to use this app", [section(text) for text in _HELP])
