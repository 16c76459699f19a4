"""Requests to decline a return, and deciding on them."""

from audit.labels import within
from audit.returns.decline import DECISION, REASON, DeclineDecision, DeclineForm, DeclineView
from audit.tools import TEXT_LIMIT
from views.parts import (
    Block,
    Content,
    View,
    actions,
    button,
    context,
    done,
    escape,
    modal,
    paragraphs,
    radios,
    section,
    text_input,
    verbatim,
)
from views.words import CAUTION, beside, stamp, when

ASK = "decline.ask"
"""The button with which an agency asks to decline a return (value: the return's id)."""
SEND = "decline.send"
DECIDE = "decline.decide"
"""The button with which a coordinator opens such a request (value: the decline's id)."""
SETTLE = "decline.settle"

APPROVE, REFUSE = "approve", "refuse"
_CHOICES = (
    (APPROVE, "Approve: the agency gives no return"),
    (REFUSE, "Do not approve: the return is still asked for"),
)


def asking(return_id: str, reference: str) -> Block:
    """The button with which an agency asks to decline a return."""
    return button("Ask not to answer", ASK, return_id, about=reference)


def form(asking: DeclineForm) -> View:
    """The form: why the agency asks to decline."""
    blocks = paragraphs([
        _about(asking.party.reference, asking.party.area, asking.party.agency),
        escape(asking.cycle_name),
        f"Deadline: {when(asking.due_at, asking.now)}",
        "A coordinator reads your reason and decides. Until then you aren't reminded of this return.",
        "If the child isn't known to your agency, send a nil return instead.",
        CAUTION,
    ])  # fmt: skip
    blocks.append(text_input(REASON, "Why does your agency ask not to answer?", limit=TEXT_LIMIT, optional=False))
    return modal("Ask not to answer", blocks, record_id=asking.return_id, verb=SEND, submit="Ask")


def confirmation(view: DeclineView) -> View:
    """The confirmation that coordinators are asked to approve a decline; or their decision, if there is one."""
    party = view.party
    lines = [
        f"*{_state(view)}*",
        _about(party.reference, party.area, party.agency),
        "You get a message from this app when a coordinator has decided.",
    ]
    return done("Asked not to answer", lines if view.decision == DeclineDecision.WAITING else lines[:2], clears=True)


def deciding(view: DeclineView) -> View:
    """A request to decline with its reason, and the choice if it isn't decided yet."""
    party = view.party
    facts = [
        _about(party.reference, party.area, party.agency),
        escape(view.cycle_name),
        f"Asked by {escape(view.asked_by)}, {stamp(view.asked_at, view.now)}",
    ]
    blocks = [*paragraphs(facts), section("*The reason given*"), *verbatim(view.reason or "")]
    if view.decision != DeclineDecision.WAITING:
        return modal("Asked not to answer", [*blocks, section(f"*{_state(view)}*")])
    blocks.append(radios(DECISION, "Your decision", _CHOICES, None))
    return modal("Asked not to answer", blocks, record_id=view.decline_id, verb=SETTLE, submit="Decide")


def settled(view: DeclineView) -> View:
    """The confirmation of a coordinator's decision on a request to decline."""
    party = view.party
    follows = (
        "Its line shows Declined from now on."
        if view.decision == DeclineDecision.APPROVED
        else "The return is still asked for, and the agency is reminded of it."
    )
    lines = [f"*{_state(view)}*", _about(party.reference, party.area, party.agency), follows]
    return done("Decided", [*lines, f"{escape(view.asked_by)} is told in a message."])


def to_coordinators(view: DeclineView) -> Content:
    """The message to each coordinator: who asks, and the state of the request; a button shows the reason."""
    party = view.party
    asked = f"{escape(party.agency)} asks not to answer for {escape(party.reference)}"
    blocks = [
        section(within(f"*{asked}*", escape(party.area))),
        context(f"Asked by {escape(view.asked_by)}, {stamp(view.asked_at, view.now)}"),
        section(_state(view)),
    ]
    if view.decision == DeclineDecision.WAITING:
        reading = button("Decide", DECIDE, view.decline_id, about=party.reference, primary=True)
    else:
        reading = button("Read the reason", DECIDE, view.decline_id, about=party.reference)
    return Content(f"{asked}. {_state(view)}", [*blocks, actions("deciding", reading)])


def asker_message(view: DeclineView) -> Content | None:
    """The message to the person who asked, once it is decided; None before that."""
    if view.decision not in (DeclineDecision.APPROVED, DeclineDecision.REFUSED):
        return None
    party = view.party
    sentence = f"{_state(view)} Case {escape(party.reference)}, {escape(party.agency)}."
    follows = (
        "Nothing more is asked of you for this case. You can still send a return until the meeting begins."
        if view.decision == DeclineDecision.APPROVED
        else "The return is still asked for: please send it, or talk to a coordinator."
    )
    return Content(sentence, [section(f"*{sentence}*"), section(follows)])


def line(view: DeclineView) -> Block:
    """A request in a coordinator's list, with the button to decide."""
    party = view.party
    about = beside(_about(party.reference, party.area, party.agency), f"audit {party.audit}")
    asked = f"Asked not to answer by {escape(view.asked_by)}, {stamp(view.asked_at, view.now)}"
    label = f"{party.reference}, audit {party.audit}, {party.agency}"
    return section(f"{about}\n{asked}", button("Decide", DECIDE, view.decline_id, about=label))


def _about(reference: str, area: str, agency: str) -> str:
    return beside(f"*Case {escape(reference)}*", area, agency)


def _state(view: DeclineView) -> str:
    """The state of a request: mrkdwn."""
    moment = f", {stamp(view.decided_at, view.now)}" if view.decided_at else ""
    by = f"by {escape(view.decided_by or 'a coordinator')}{moment}."
    return {
        DeclineDecision.WAITING: "⏳ A coordinator decides.",
        DeclineDecision.APPROVED: f"✅ Approved {by}",
        DeclineDecision.REFUSED: f"Not approved {by}",
        DeclineDecision.OVERTAKEN: f"There is nothing left to decide: the return was changed {by}",
        DeclineDecision.OVER: "Nobody decided in time: this return can't be changed any more.",
    }[view.decision]
