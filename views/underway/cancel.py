"""Cancelling a cycle: the coordinator's form, and what stands in Slack afterwards."""

from audit.underway.cancel import WHY, Cancelled, Cancelling
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
from views.preview import stepped
from views.underway.change import following
from views.words import stamp

CANCEL = "cycle.cancel"
"""The button that opens the form (value: the cycle's id)."""
DO = "cycle.cancelled"

_FOR_GOOD = "A cancelled audit can't be opened again."


def cancelling(found: Cancelling) -> View:
    """The form, with what follows once a reason was given."""
    about = [section(f"*{escape(found.title)}* (cycle {found.number})"), alert(_FOR_GOOD)]
    hint = "For coordinators only; it is not in any message. Do not write names."
    inputs = [text_input(WHY, "Why is it cancelled?", found.why, optional=False, hint=hint)]
    return stepped(
        "Cancel the audit", found.cycle_id, DO, about, inputs, _preview(found), "Cancel the audit",
        found,
    )  # fmt: skip


def _preview(found: Cancelling) -> list[Block]:
    own = ["*Nothing more is asked of anybody:* no reminders, and no return can be sent."]
    if not found.planned:
        came = f"{found.answered} of {count_of(found.asked, 'return')}"
        own.append(f"What was answered ({came}) is kept, and coordinators can still read it.")
    if found.immediate:
        open_ones = count_of(found.immediate, "immediate action stays", "immediate actions stay")
        own.append(f"⚠️ *{open_ones} open until somebody closes it.*")
    return following(found.follows, *own)


def done_with(found: Cancelling) -> View:
    """The word that it is cancelled."""
    lines = [
        f"✅ *{escape(found.title)} is cancelled.*",
        "The requests, the posted summaries and the tally say so from now on. What was answered is kept.",
    ]
    return done("Audit cancelled", lines, clears=True)


def called_off(found: Cancelled, *, to_person: bool) -> Content:
    """What everything that asked for something, or showed how the audit stood, says from then on; not why."""
    state = f"This audit was cancelled on {stamp(found.at, found.at)}."
    more = "Nothing more is asked of you. What your agency sent is kept." if to_person else "Nothing more is posted."
    title = fitted(found.title, 120)
    return Content(f"{title}. {state}", [header(found.title), section(f"*{state}*\n{more}")])


def in_words(found: Cancelled) -> list[Block]:
    """When it was cancelled, by whom and why: for its coordinators."""
    return [section(f"*Cancelled {stamp(found.at, found.at)}* by {escape(found.by)}."), *verbatim(found.why)]
