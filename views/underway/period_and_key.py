"""The form that changes, under way, what leads are told: the period looked at, and who holds the key to references."""

from audit.underway.period_and_key import Resaid, Said
from views.confirming import stepped
from views.parts import View, done, escape, paragraphs, section
from views.returns.nil import which_child
from views.setup.plan import holder_box, period_box
from views.underway.change import following, sent
from views.words import period

CHOOSE = "period_key.choose"
"""The button that opens the form (value: the cycle's id)."""
CHANGE = "period_key.change"
TITLE = "Period and key"


def changing(change: Resaid) -> View:
    """The form, with what follows once something else was typed."""
    about = [section(f"*{escape(change.title)}*"), *paragraphs(_lines(change.before))]
    said = change.after or change.before
    own = [] if change.after is None else ["*Leads read:*", *_lines(change.after), *_outdated(change)]
    preview = following(change.follows, *own) if own else []
    inputs = [period_box(said.period), holder_box(said.key_holder)]
    return stepped(TITLE, change.cycle_id, CHANGE, about, inputs, preview, "Change it", change)


def _lines(said: Said) -> list[str]:
    return [period(said.period), which_child(said.key_holder)]


def _outdated(change: Resaid) -> list[str]:
    return ["*The report* that was made says the period before: make a new version."] if change.outdated else []


def changed(change: Resaid) -> View:
    """Confirms what leads are told."""
    told = sent(change.follows) if change.follows else ()
    said = _lines(change.after or change.before)
    lines = [f"✅ *Changed for {escape(change.title)}.*", *said, *told, *_outdated(change)]
    return done(TITLE, lines, clears=True)
