"""The form that changes, under way, what leads are told: the period looked at, and who holds the key to references."""

from audit.underway.period_and_key import Resaid, Said
from views.confirming import stepped
from views.parts import View, done, escape, paragraphs, section
from views.returns.nil import which_child
from views.setup.plan import holder_box, period_box
from views.underway.change import following, sent
from views.words import looked_at

CHOOSE = "period_key.choose"
"""The button that opens the form (value: the cycle's id)."""
CHANGE = "period_key.change"
TITLE = "Period and key"


def changing(change: Resaid) -> View:
    """The form, with what follows once something else was typed."""
    about = [section(f"*{escape(change.title)}*"), *paragraphs(_lines(change.before))]
    said = change.after or change.before
    preview = [] if change.after is None else following(change.follows, "*Leads read:*", *_lines(change.after))
    inputs = [period_box(said.period), holder_box(said.key_holder)]
    return stepped(TITLE, change.cycle_id, CHANGE, about, inputs, preview, "Change it", change)


def _lines(said: Said) -> list[str]:
    return [*looked_at(said.period), which_child(said.key_holder)]


def changed(change: Resaid) -> View:
    """Confirms what leads are told."""
    told = sent(change.follows) if change.follows else ()
    lines = [f"✅ *Changed for {escape(change.title)}.*", *_lines(change.after or change.before), *told]
    return done(TITLE, lines, clears=True)
