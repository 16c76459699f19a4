"""Cancelling a cycle: the coordinator's form, and what its messages in Slack say afterwards."""

from audit.underway.cancel import WHY, Cancelled, Cancelling
from views.confirming import two_step_form
from views.parts import (
    Block,
    Content,
    View,
    alert,
    count_of,
    done,
    escape,
    fitted,
    header,
    section,
    text_input,
    verbatim,
)
from views.underway.change import following
from views.words import stamp

CANCEL = "cycle.cancel"
"""The button that opens the form (value: the cycle's id)."""
DO = "cycle.cancelled"

_FOR_GOOD = "A cancelled audit can't be opened again."


def cancelling(cancelling: Cancelling) -> View:
    """The form; after the first step it previews what follows."""
    about = [section(f"*{escape(cancelling.title)}*"), alert(_FOR_GOOD)]
    hint = "For coordinators only; it is not in any message. Do not write names."
    inputs = [text_input(WHY, "Why is it cancelled?", cancelling.why, optional=False, hint=hint)]
    return two_step_form(
        "Cancel the audit", cancelling.cycle_id, DO, about, inputs, _preview(cancelling), "Cancel the audit",
        cancelling,
    )  # fmt: skip


def _preview(cancelling: Cancelling) -> list[Block]:
    own = ["*Nothing more is asked of anybody:* no reminders, and no return can be sent."]
    if not cancelling.planned:
        answered = f"{cancelling.answered} of {count_of(cancelling.asked, 'return')}"
        own.append(f"What was answered ({answered}) is kept, and coordinators can still read it.")
    if cancelling.immediate:
        open_ones = count_of(cancelling.immediate, "immediate action stays", "immediate actions stay")
        own.append(f"⚠️ *{open_ones} open until somebody closes it.*")
    return following(cancelling.follows, *own)


def confirmation(cancelling: Cancelling) -> View:
    """The confirmation that a cycle is cancelled."""
    lines = [
        f"✅ *{escape(cancelling.title)} is cancelled.*",
        "The requests, the posted summaries and the tally say so from now on. What was answered is kept.",
    ]
    return done("Audit cancelled", lines, clears=True)


def cancelled_message(cancelled: Cancelled, *, to_person: bool) -> Content:
    """What every message of a cancelled audit becomes: that it is cancelled, but not why."""
    state = f"This audit was cancelled on {stamp(cancelled.at, cancelled.at)}."
    more = "Nothing more is asked of you. What your agency sent is kept." if to_person else "Nothing more is posted."
    title = fitted(cancelled.title, 120)
    return Content(f"{title}. {state}", [header(cancelled.title), section(f"*{state}*\n{more}")])


def in_words(cancelled: Cancelled) -> list[Block]:
    """When an audit was cancelled, by whom and why: for its coordinators."""
    return [
        section(f"*Cancelled {stamp(cancelled.at, cancelled.at)}* by {escape(cancelled.by)}."),
        *verbatim(cancelled.why),
    ]
