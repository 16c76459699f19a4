"""Taking back a return that was sent."""

from audit.returns.answers import CHANGE_REASON
from audit.returns.take_back import TakenBack, TakingBack
from audit.tools import TEXT_LIMIT
from views.parts import Block, View, alert, button, done, escape, modal, paragraphs, section, text_input
from views.words import CAUTION, beside, until, when

WITHDRAW = "return.withdraw"
"""The button with which an agency takes its return back (value: the return's id)."""
TAKE_BACK = "return.takeback"


def taking_back(return_id: str, reference: str) -> Block:
    """The button that asks whether to take a return back."""
    return button("Take the return back", WITHDRAW, return_id, about=reference)


def form(taking: TakingBack) -> View:
    """The question whether to take the return back, and the reason if others have read it."""
    party = taking.party
    what = "nil return" if taking.nil else "return"
    lines = [
        beside(f"*Case {escape(party.reference)}*", party.area, party.agency),
        f"*Take the {what} back (version {taking.version})?*",
        "The case shows your agency as awaited again, everywhere. Every version is kept, and coordinators can read it.",
        f"You can send a return again {until(taking.meeting_at, taking.now)}.",
    ]
    blocks = paragraphs(lines)
    if taking.now > taking.due_at:
        blocks.append(alert("The deadline has passed: what you send after this is marked late."))
    if taking.released:
        blocks.append(section(f"Others have read this return. {CAUTION}"))
        blocks.append(text_input(CHANGE_REASON, "Why does your agency take it back?", limit=TEXT_LIMIT, optional=False))
    return modal("Take the return back", blocks, record_id=taking.record_id, verb=TAKE_BACK, submit="Take it back")


def taken_back(taken: TakenBack) -> View:
    """The confirmation that a return is taken back."""
    party = taken.party
    lines = [
        f"✅ *Taken back.* {escape(party.agency)}'s return for case *{escape(party.reference)}* is asked for again.",
        f"Deadline: {when(taken.due_at, taken.at)}. Meeting: {when(taken.meeting_at, taken.at)}.",
        f"What had been sent is kept. This is version {taken.version}.",
    ]
    return done("Return taken back", lines, clears=True)
