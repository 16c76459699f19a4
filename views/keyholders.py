"""Which child does a reference mean? Whom to ask, in words; and the form that names somebody else under way."""

from audit.description import KEY_HOLDER
from audit.keyholders import HOLDER, HolderChange
from views.changes import following, sent, stepped
from views.parts import Block, View, done, escape, section, text_input

CHOOSE = "keyholder.choose"
"""The button that opens the form (value: the cycle's id)."""
CHANGE = "keyholder.change"

_TITLE = "Who holds the key"
_HINT = (
    "Who can tell a lead which child a reference means, and where to find them. A role or a team: no name, number or"
    " e-mail address. Left empty, leads are told to ask the coordinator."
)


def which_child(holder: str) -> str:
    """Whom to ask which child a reference means: mrkdwn."""
    if not holder:
        return "Which child is it? Ask the coordinator of this audit who holds the key to the references."
    return f"Which child is it? The key to the references is held by {escape(holder.rstrip('.'))}."


def box(holder: str) -> Block:
    """The field in which it is said who holds the key."""
    label = "The key to the references is held by"
    return text_input(HOLDER, label, holder, limit=KEY_HOLDER, multiline=False, hint=_HINT)


def changing(change: HolderChange) -> View:
    """The form, with what follows once somebody was named."""
    about = [section(f"*{escape(change.title)}*"), section(which_child(change.before))]
    preview = [] if change.after is None else following(change.follows, f"*Leads read:* {which_child(change.after)}")
    inputs = [box(change.before if change.after is None else change.after)]
    return stepped(
        _TITLE, change.cycle_id, CHANGE, about, inputs, preview, "Change it", mark=change.mark, again=change.again
    )


def changed(change: HolderChange) -> View:
    """The word that it was changed."""
    told = sent(change.follows) if change.follows else ()
    lines = [f"✅ *Changed for {escape(change.title)}.*", which_child(change.after or ""), *told]
    return done(_TITLE, lines, clears=True)
