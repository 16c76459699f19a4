"""Home, put together from its parts, and the answers to `/audit`."""

from audit.home.home import Home
from views.actions import actions as actions_view
from views.home import every_audit, first_run, stages
from views.home.coordinator import attention_blocks, board_blocks, founding_blocks
from views.home.lead import MOST_AUDITS_READ, handed_blocks, released_blocks, waiting_blocks
from views.home.overseer import audit_blocks, over_blocks
from views.home.signatory import signing_blocks
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
from views.returns import request

HELP = "help.show"
"""The button that explains how to use the app."""

_MOST_ANSWERED = 10
_KNOWN = "`/audit` doesn't know what you typed after it. Try `/audit help` or, as a coordinator, `/audit sheet`."
_ACTIONS = 10
"""The most blocks for actions."""
_ACTIONS_BESIDE_AUDITS = 6
"""The most blocks for actions if Home also shows audits, where a button lists each audit's actions."""

_PURPOSE = """\
*What this app is for.* It asks the agencies around a child for their returns in a multi-agency audit, and puts them \
together for the audit meeting. It keeps the sheet up to date."""
_LEADS = """\
*Agency leads and deputies.* You get a message when an audit opens. Press *Open return*, answer, and send. You can \
change a return until its meeting begins. After the deadline it still counts, and is marked late."""
_COORDINATORS = """\
*Coordinators.* Home says what is next in each audit, with the button for it first. *All about this audit* has every \
case and everything to look at, *Manage this audit* everything that can be changed. \
`/audit sheet` shows the state of the sheet, what people changed in it, and who can open it."""
_OTHERS = """\
*Chairs.* At a meeting press *Discuss* beside a case, then *Moderate* or *Ratify*. *Sub-group members.* Press \
*Recommendations* to recommend, and *Look at it* beside an action to update its progress or verify it. \
*Those who sign.* Home has the version of the report that awaits you: read it, then sign it or ask for changes."""
_HELP = (
    _PURPOSE,
    _LEADS,
    _COORDINATORS,
    _OTHERS,
    "*Everyone.* The Home tab of this app shows what waits for you. `/audit` shows the same, `/audit help` shows this.",
    "*Never write* names, dates of birth, numbers or addresses: nothing that identifies the child or anybody else.",
    "*This is not a referral route.* If a child may be at risk now, use your agency's referral route first.",
)


def home(home: Home) -> View:
    """The Home tab, within Slack's hundred blocks for any number of cases; what has to be done now comes first."""
    attention, own, settled = home.attention, [*signing_blocks(home.to_sign), *handed_blocks(home)], []
    if any(request.waits(each, home.now) for each in home.waiting):
        own = [*waiting_blocks(home), *own]
    else:
        settled = waiting_blocks(home)
    if any(case.judgement is None for each in home.released for case in each.cases):
        own += released_blocks(home.released)
    else:
        settled += released_blocks(home.released)
    first = [*(attention_blocks(attention, home.now) if attention else []), *own]
    acts = actions_view.home_blocks(home.actions, home.now, _ACTIONS_BESIDE_AUDITS if home.audits else _ACTIONS)
    closing, last = [*acts, *settled], _last(home)
    blocks = [*first, *_audits(home, VIEW_BLOCKS - 2 - len(first) - len(closing) - len(last)), *closing]
    if not blocks:
        blocks.append(
            section("There is nothing for you to do now. You get a message when an audit needs something from you.")
        )
    title = [] if blocks[0]["type"] == "header" else [header("What is next")]
    return {"type": "home", "blocks": [*title, *blocks, divider(), *last]}


def _audits(home: Home, room: int) -> list[Block]:
    """The audits under way, for those who oversee them."""
    run = home.attention.first_run if home.attention else None
    if home.audits:
        begun = first_run.blocks(run, primary=False) if run else []
        return [*begun, *audit_blocks(home, room - len(begun))]
    return founding_blocks(home.attention) if home.attention else []


def _last(home: Home) -> list[Block]:
    """The end of Home, always shown: the board's tasks, finished audits, help, and the person's label."""
    under_way = {each.part.cycle.id for each in home.audits}
    lacking = {each.part.cycle.id for each in home.audits if stages.lacks_sheet(each)}
    if home.attention and home.attention.first_run:
        lacking |= first_run.lacks_sheet(home.attention.first_run)
    board = board_blocks(home.attention, home.now, under_way, lacking) if home.attention else []
    over = [header("Audits that are over"), *over_blocks(home.over)] if home.over else []
    past = [button(every_audit.TITLE, every_audit.SHOW, ALL)] if _more(home) else []
    here = context(f"You are signed in as {escape(home.label)}.")
    return [*board, *over, actions("help", *past, button("How to use this app", HELP, ALL)), here]


def _more(home: Home) -> bool:
    """Whether there may be audits that Home doesn't list."""
    return home.older or bool(home.over) or len(home.audits) > 1 or len(home.released) > MOST_AUDITS_READ


def command_answer(home: Home, *, mistyped: bool = False) -> Content:
    """The answer to `/audit`: what a person has to do, with buttons, and where the rest is.

    `mistyped`: an unknown word followed the command; the answer doesn't repeat it.
    """
    due = sum(request.waits(each, home.now) for each in home.waiting)
    write = sum(request.waits(each, home.now) and not each.ready for each in home.handed)
    duties = [f"{count_of(due, 'return')} still to send"] if due else []
    duties += [f"{count_of(write, 'return')} handed to you to write"] if write else []
    state = f"{', '.join(duties)}." if duties else "You have no return to send."
    where = "Everything else is on the Home tab of this app."
    where = f"{_KNOWN} {where}" if mistyped else where
    lines = request.waiting_blocks(home.waiting, home.now, _MOST_ANSWERED, MESSAGE_CHARACTERS)
    return Content(f"{state} {where}", [section(f"*{state}*"), *lines, context(where)])


def unavailable(sentence: str) -> View:
    """Home for somebody who can't use it now, with the reason (plain text)."""
    return {"type": "home", "blocks": [header("What is next"), *verbatim(sentence)]}


def help_message() -> Content:
    """The answer to `/audit help`."""
    return Content("How to use the audit app.", [header("How to use this app"), *(section(text) for text in _HELP)])


def help_shown() -> View:
    """The help, in a modal."""
    return modal("How to use this app", [section(text) for text in _HELP])
