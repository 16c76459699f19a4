"""The form that changes an audit's description in words under way, with its preview."""

from collections.abc import Iterator

from audit.setup.description import Description
from audit.underway.description_change import DescriptionChange, OlderVersion
from views.confirming import two_step_form
from views.parts import View, done, escape, fitted, section
from views.returns.nil import which_child
from views.setup.plan import description_boxes
from views.underway.change import following, sent
from views.words import period

CHOOSE = "description.choose"
"""The button that opens the form (value: the cycle's id)."""
CHANGE = "description.change"
TITLE = "What the audit is about"
_SHOWN = 600
"""The most characters of a text in the preview."""


def changing(change: DescriptionChange) -> View:
    """The form; after a change in it, it previews what follows."""
    about = [section(f"*{escape(change.name)}*")]
    preview = following(change.follows, *_said(change), *_older(change.older)) if change.follows else []
    inputs = description_boxes(change.after or change.before)
    return two_step_form(TITLE, change.cycle_id, CHANGE, about, inputs, preview, "Change it", change)


def changed(change: DescriptionChange) -> View:
    """The confirmation of the audit's changed description."""
    follows = [*sent(change.follows), *_older(change.older)] if change.follows else []
    return done(TITLE, [f"✅ *Changed: {escape(change.name_after)}.*", *_said(change), *follows], clears=True)


def _said(change: DescriptionChange) -> Iterator[str]:
    """The changed texts, each with the one before: mrkdwn."""
    before, after = change.before, change.after or change.before
    lines = {
        "title": f"*It is called {escape(change.name_after)}* on Home, in lists, and in every message that stands",
        "theme": f"*Audit theme:* {escape(after.theme)}",
        "origin": f"*Origin:* {fitted(after.origin, _SHOWN)}",
        "period": f"*Leads read:* {period(after.period)}",
        "key_holder": f"*Leads read:* {which_child(after.key_holder)}",
    }
    for field in change.changed:
        yield f"{lines[field]}{_before(before, field)}"


def _before(before: Description, field: str) -> str:
    text: str = getattr(before, field)
    return f" (before: {fitted(text, _SHOWN)})" if text else ""


def _older(version: OlderVersion | None) -> list[str]:
    if version is None:
        return []
    signing = ", and its sign-offs start again" if version.asked else ""
    return [f"*Version {version.number} of the report* says what was before: make a new version{signing}."]
