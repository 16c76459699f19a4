"""Handing a return to an auditor, and signing it off: the form, its confirmations, and the messages."""

from audit.people.newcomers import LABEL, LABEL_LIMIT, PERSON
from audit.returns.form import HandoverView, OpenReturn
from audit.returns.found_return import Party
from audit.returns.handover import AuditorForm, HandedOver
from audit.returns.who_may_answer import Capacity
from views.parts import (
    Block,
    Content,
    View,
    button,
    confirmed,
    done,
    escape,
    header,
    modal,
    paragraphs,
    person_select,
    section,
    text_input,
)
from views.returns.request import OPEN
from views.words import beside, known_label_line, stamp

CHOOSE = "handover.choose"
"""The button "Hand to an auditor" (value: the return's id)."""
GIVE = "handover.give"
"""The callback id of the form that asks for the auditor."""
END = "handover.end"
"""The button that takes a return back from its auditor (value: the handover's id)."""
READY = "handover.ready"
"""The callback id of the return's form when an auditor sends it."""


def handing(opened: OpenReturn) -> Block:
    """The button with which a lead hands the return to an auditor."""
    return button("Hand to an auditor", CHOOSE, opened.return_id, about=opened.party.reference)


def block(opened: OpenReturn, handover: HandoverView) -> Block:
    """The auditor who has the return, with a button for the agency's own people to take it back."""
    since = stamp(handover.at, opened.now)
    if opened.capacity is not Capacity.OWN:
        return section(f"🖊️ Handed to {escape(handover.auditor)}, {since}. The agency's lead signs it off.")
    asking = "They can't open the return any more. What they drafted stays with your agency."
    taking = confirmed(
        button("Take back from auditor", END, handover.id, about=opened.party.reference),
        "Take the return back?",
        asking,
        "Take it back",
    )
    return section(f"🖊️ With {escape(handover.auditor)}, since {since}. They draft it; you sign it off.", taking)


def choosing(asked: AuditorForm) -> View:
    """The form that asks for the auditor who is to write the return."""
    lines = [
        _about(asked.party),
        "An auditor writes the return for you to sign off. They can open this one return and nothing else.",
    ]
    hint = "Only if this person is new here: their role, not their name, such as “Auditor, Education”."
    blocks = [
        *paragraphs(lines),
        person_select(PERSON, "Who writes it?"),
        text_input(LABEL, "Their role", limit=LABEL_LIMIT, multiline=False, hint=hint),
    ]
    return modal("Hand to an auditor", blocks, record_id=asked.return_id, verb=GIVE, submit="Hand it over")


def confirmation(handed: HandedOver, typed: str) -> View:
    """The confirmation that a return is handed to an auditor; `typed`: the role that was typed for the auditor."""
    lines = [
        f"✅ *{escape(handed.auditor)} is asked to write the return for case {escape(handed.party.reference)}.*",
        *known_label_line(handed.auditor, typed),
        "They get a message now. You get one when it is ready for you to sign off.",
    ]
    return done("Handed over", lines)


def ended(handed: HandedOver) -> View:
    """The confirmation that a return is taken back from its auditor."""
    lines = [
        f"✅ *The return for case {escape(handed.party.reference)} is yours again.*",
        f"{escape(handed.auditor)} can't open it any more. What they drafted stays with your agency.",
    ]
    return done("Taken back", lines)


def ready_confirmation(handed: HandedOver) -> View:
    """The auditor's confirmation that the lead gets a message that the return is ready."""
    lines = [
        f"✅ *{escape(handed.by)} is told that the return for case {escape(handed.party.reference)} is ready.*",
        "It is not sent yet: the lead reads it and signs it off. You can still change it until then.",
    ]
    return done("Ready for sign-off", lines)


def auditor_message(handed: HandedOver) -> Content:
    """The message to the auditor: what to write and by when; or that the return is no longer theirs."""
    reference = escape(handed.party.reference)
    if handed.ended_at is not None:
        state = "It has been sent. Thank you." if handed.sent else "It was taken back, so it isn't yours to write."
    elif handed.ready_at is not None:
        state = f"You said that it is ready ({stamp(handed.ready_at, handed.at)}). The lead signs it off."
    else:
        state = f"{escape(handed.by)} asks you to write this return. They sign it off and send it."
    lines = [f"*{state}*", _about(handed.party), escape(handed.cycle_name)]
    return Content(f"Return for case {reference}: {state}", _blocks("A return to write", lines, handed))


def lead_message(handed: HandedOver) -> Content:
    """The message to the person who handed a return over: that it can be signed off, or its state since then."""
    reference, auditor = escape(handed.party.reference), escape(handed.auditor)
    if handed.ended_at is not None:
        state = "✅ It has been sent." if handed.sent else f"It isn't with {auditor} any more."
    elif handed.ready_at is not None:
        state = f"{auditor} has written it. Read it, and send it to sign it off."
    else:
        state = f"{auditor} is changing it again. You are told here when it is ready."
    lines = [f"*{state}*", _about(handed.party), escape(handed.cycle_name)]
    return Content(f"Return for case {reference}: {state}", _blocks("Ready for sign-off", lines, handed))


def _about(party: Party) -> str:
    return beside(f"Case *{escape(party.reference)}*", party.area, party.agency)


def _blocks(title: str, lines: list[str], handed: HandedOver) -> list[Block]:
    if handed.ended_at is not None:
        return [header(title), *paragraphs(lines)]
    lines.append(f"Deadline: {stamp(handed.due_at, handed.at)}")
    opening = button("Open return", OPEN, handed.return_id, about=handed.party.reference, primary=True)
    return [header(title), section("\n".join(lines), opening)]
