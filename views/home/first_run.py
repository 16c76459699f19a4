"""The checklist on a coordinator's Home for the first audit; steps are ticked as they are done."""

from collections.abc import Iterator

from audit.home.first_run import FirstRun, FirstRunStep
from audit.sheet.spreadsheet_address import link
from views.delivery import channels
from views.parts import ALL, Block, actions, button, header, section
from views.people import agencies, people
from views.setup import case_list, places, plan
from views.sheet import state

_LABELS = {
    FirstRunStep.AGENCIES: "Name your agencies",
    FirstRunStep.LEADS: "Choose people, at least one agency's lead",
    FirstRunStep.AUDIT: "Plan the first audit",
    FirstRunStep.MEETINGS: "Say when it meets, and which channels its messages go to",
    FirstRunStep.CHANNELS: (
        "Invite the app to each of these channels (write `/invite` and its name there), and check them"
    ),
    FirstRunStep.CASES: "Paste its cases, or draw a sample",
    FirstRunStep.SHEET: "Set its Google Sheet (skip this if you don't use Google)",
    FirstRunStep.OPENED: "Open it: each lead gets a request",
    FirstRunStep.RETURN: "The first return is sent",
    FirstRunStep.DRAWN: "It appears in the sheet",
}
_OF_THE_BOARD = {
    FirstRunStep.AGENCIES: (agencies.TITLE, agencies.SHOW),
    FirstRunStep.LEADS: (people.TITLE, people.SHOW),
    FirstRunStep.AUDIT: (plan.TITLE, plan.NEW),
}
_OF_THE_AUDIT = {
    FirstRunStep.MEETINGS: (places.TITLE, places.SHOW),
    FirstRunStep.CASES: ("Paste cases", case_list.PASTE),
    FirstRunStep.CHANNELS: (channels.TITLE, channels.SHOW),
    FirstRunStep.SHEET: ("Google Sheet", state.ADDRESS),
}
"""Step -> (label, verb) of its button; those in `_OF_THE_BOARD` need no audit, these do."""
_IN_THE_AUDIT = {
    FirstRunStep.CASES: " (*Draw a sample* is under *Manage this audit*)",
    FirstRunStep.OPENED: " (*Open the audit* appears below as soon as nothing is missing)",
}
"""Step -> where to do it further down on Home."""


def lacks_sheet(run: FirstRun) -> set[str]:
    """The id of the first audit if setting its sheet is a step still to do; otherwise empty."""
    return {run.cycle_id} if run.cycle_id is not None and FirstRunStep.SHEET not in run.done else set()


def verbs(run: FirstRun) -> frozenset[str]:
    """The verbs of the buttons of steps still to do, so that the board's tasks needn't repeat them."""
    return frozenset(verb for step, (_, verb) in _OF_THE_BOARD.items() if step not in run.done)


def blocks(run: FirstRun, *, primary: bool) -> list[Block]:
    """The steps done, and each step to do with its button; `primary`: the next step's button is green."""
    done = [step for step in FirstRunStep if step in run.done]
    ticked = "\n".join(f"✅ {_LABELS[step]}" for step in done)
    title = header(f"Your first audit: {len(done)} of {len(FirstRunStep)} steps done")
    return [title, *([section(ticked)] if done else []), *_to_come(run, primary=primary)]


def _to_come(run: FirstRun, *, primary: bool) -> Iterator[Block]:
    for step in FirstRunStep:
        if step not in run.done:
            label = f"*{_LABELS[step]}*" if step is run.next else _LABELS[step]
            yield section(f"☐ {label}{_where(run, step)}", _button(run, step, primary=primary and step is run.next))
        if step is FirstRunStep.LEADS is run.next:
            yield actions("several", button("Add several people at once", people.BRING, ALL))


def _button(run: FirstRun, step: FirstRunStep, *, primary: bool) -> Block | None:
    if step in _OF_THE_BOARD:
        return button(*_OF_THE_BOARD[step], ALL, about="first audit", primary=primary)
    if step in _OF_THE_AUDIT and run.cycle_id is not None:
        return button(*_OF_THE_AUDIT[step], run.cycle_id, about="first audit", primary=primary)
    return None


def _where(run: FirstRun, step: FirstRunStep) -> str:
    """Where to do a step that has no button of its own, or the link to the sheet for the step that is seen there."""
    address = link(run.spreadsheet_id)
    if step in _IN_THE_AUDIT and run.cycle_id is not None:
        return _IN_THE_AUDIT[step]
    return f": <{address}|look at it>" if step is FirstRunStep.DRAWN and address else ""
