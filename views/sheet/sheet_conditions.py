"""Problems with a sheet's file, each with what to do about it; and the decision about reflections."""

from collections.abc import Sequence
from datetime import datetime

from audit.sheet.sheet_conditions import FIELD, Condition
from audit.sheet.spreadsheet_address import link
from audit.whose_sheet import named
from views.confirming import previewed
from views.parts import (
    Block,
    Content,
    View,
    actions,
    alert,
    button,
    context,
    done,
    escape,
    fitted,
    modal,
    paragraphs,
    radios,
    section,
)
from views.words import stamp

CHOOSE = "sheet.choose"
DECIDE = "sheet.decide"

_MOST_NAMED = 10
_ASKING = "Decide about reflections"
_WAYS = (
    ("out", "Keep them out until the sheet is shared with people only"),
    ("show", "Show them all the same"),
)
_LEFT = (
    "What people copied to tabs of their own stays there, and so does the version history: both can be looked through "
    "by whoever may edit the sheet."
)
_CURES = {
    "link": "Under *Share*, set *General access* to *Restricted*, and share it with people.",
    "domain": "If that isn't intended, set *General access* to *Restricted* under *Share*, and share it with people.",
    "readers": "If that isn't intended, take them out under *Share*.",
    "unseen": (
        "Its owner opens *Share*, then the settings, and ticks that editors can change permissions and share. Until "
        "then nobody is told if the sheet is opened to everybody."
    ),
    "bin": "Restore it: what is in the bin is deleted for good after 30 days. Until then it is updated as usual.",
}
_OVER = {
    "link": "it is shared with people only again, and reflections are shown as before.",
    "domain": "it isn't open to a whole organisation any more.",
    "readers": "those who had been let in can no longer open it.",
    "unseen": "Google says again who can open it.",
    "bin": "it isn't in Google Drive's bin any more.",
}


def description(told: Condition) -> str:
    """What is wrong with a sheet's file; not escaped."""
    match told.kind:
        case "link":
            return "Anyone who has its link can open it"
        case "domain":
            return f"{_listed(told.about)} can open it"
        case "readers":
            return f"{_listed(told.about)} can now open it, and couldn't before"
        case "unseen":
            return "Google doesn't say who can open it"
        case _:
            return "It is in Google Drive's bin"


def _listed(names: Sequence[str]) -> str:
    left = len(names) - _MOST_NAMED
    return ", ".join([*names[:_MOST_NAMED], *([f"and {left} more (see Share in the spreadsheet)"] if left > 0 else [])])


def _about_reflections(told: Condition, now: datetime) -> list[str]:
    """A line that says if reflections are shown, where a coordinator decides that for this condition: mrkdwn."""
    if not told.decides:
        return []
    if told.shown_at is None:
        return [f"{_taken_out(told)} None is shown until then, unless a coordinator decides otherwise."]
    who = escape(told.shown_by or "A coordinator")
    return [f"Reflections are shown all the same: {who} decided so on {stamp(told.shown_at, now)}."]


def _taken_out(told: Condition) -> str:
    if told.cleared:
        return "Reflections have been taken out of it."
    if told.error:
        return f"*Reflections could not all be taken out of it yet:* {fitted(told.error, 300)}"
    return "Reflections are taken out of it when it is next updated."


def lines(told: Condition, now: datetime) -> list[str]:
    """A condition as a line about its sheet: mrkdwn."""
    reflections = " ".join(_about_reflections(told, now))
    return [f"⚠️ *{fitted(description(told), 600)}.* {_CURES[told.kind]} {reflections}".rstrip()]


def asking(told: Condition) -> Block:
    """The button that opens the form in which a coordinator decides about reflections."""
    return button(_ASKING, CHOOSE, told.id, about=named(told.cycle_number, told.whose))


def message(told: Condition, now: datetime) -> Content:
    """The message to coordinators about a condition, or that it is over."""
    name, url = f"Sheet of {named(told.cycle_number, told.whose)}", link(told.spreadsheet_id)
    linked = f"<{url}|{escape(name)}>" if url else escape(name)
    if told.over:
        outcome = _OVER[told.kind] if url else "it is no longer kept there."
        return Content(f"{name}: {outcome}", [section(f"✅ *{linked}:* {outcome}")])
    lines = [
        f"⚠️ *{linked}*", f"{fitted(description(told), 600)}. {_CURES[told.kind]}", *_about_reflections(told, now),
        *([_LEFT] if told.withheld else []),
    ]  # fmt: skip
    kind = "who can open it has changed" if told.kind == "readers" else "something needs checking"
    return Content(
        f"{name}: {kind}.", [*paragraphs(lines), *([actions("deciding", asking(told))] if told.decides else [])]
    )


def form(told: Condition, now: datetime) -> View:
    """The form in which a coordinator decides whether reflections are shown to anyone who has the link."""
    chosen = "out" if told.shown_at is None else "show"
    blocks = [
        alert(f"{description(told)}: anybody who gets the link can read it."),
        *paragraphs([_CURES[told.kind], *_about_reflections(told, now)]),
        radios(FIELD, "What agencies wrote", _WAYS, chosen),
        context("Who decides it, and when, is recorded. It ends when the sheet is shared with people only."),
    ]
    return modal(
        "Reflections in the sheet", previewed(blocks, told.mark), record_id=told.id, verb=DECIDE, submit="Save"
    )


def decided(told: Condition) -> View:
    """The confirmation of a coordinator's decision about reflections."""
    outcome = "none is shown until the sheet is shared with people only." if told.withheld else "they are shown."
    called = escape(named(told.cycle_number, told.whose))
    return done("Reflections in the sheet", [f"✅ *Reflections in the sheet of {called}:* {outcome}"], clears=True)
