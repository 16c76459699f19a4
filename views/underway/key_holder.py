"""The form that names, under way, who holds the key to the references."""

from audit.underway.key_holder import HolderChange
from views.confirming import stepped
from views.parts import View, done, escape, section
from views.returns.nil import which_child
from views.setup.plan import holder_box
from views.underway.change import following, sent

CHOOSE = "keyholder.choose"
"""The button that opens the form (value: the cycle's id)."""
CHANGE = "keyholder.change"

_TITLE = "Who holds the key"


def changing(change: HolderChange) -> View:
    """The form, with what follows once somebody was named."""
    about = [section(f"*{escape(change.title)}*"), section(which_child(change.before))]
    preview = [] if change.after is None else following(change.follows, f"*Leads read:* {which_child(change.after)}")
    inputs = [holder_box(change.before if change.after is None else change.after)]
    return stepped(_TITLE, change.cycle_id, CHANGE, about, inputs, preview, "Change it", change)


def changed(change: HolderChange) -> View:
    """Confirms who holds the key to the references."""
    told = sent(change.follows) if change.follows else ()
    lines = [f"✅ *Changed for {escape(change.title)}.*", which_child(change.after or ""), *told]
    return done(_TITLE, lines, clears=True)
