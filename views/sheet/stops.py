"""Messages to coordinators about sheets that can't be updated until somebody acts."""

from collections.abc import Sequence
from datetime import datetime

from audit.sheet.stops import Stop, Stopped
from audit.whose_sheet import named
from views.parts import Content, actions, button, context, fitted, paragraphs, section
from views.sheet.links import linked
from views.sheet.state import SHOW
from views.words import stamp

_MOST_STOPPED, _MOST_CAUSES = 12, 5
_UNKNOWN = "It isn't known why: whoever looks after the server finds out with `roundtable doctor`."
_PARTLY = "The other tabs are updated as usual, and returns in Slack go on."
_STANDING = (
    "Returns in Slack go on as usual, and nothing is lost. {} sheet is looked at again every quarter of an hour, and "
    "updated in full as soon as possible."
)


def stopped(told: Stop, now: datetime) -> Content:
    """The message that sheets can't be updated until somebody acts, or that they can again."""
    if told.over:
        return _over(told)
    first, many = told.sheets[0], len(told.sheets) > 1
    partly = all(sheet.partly for sheet in told.sheets)
    what = f"{'a part of it' if partly else 'they' if many else 'it'} can't be updated"
    called = f"{len(told.sheets)} sheets" if many else f"Sheet of {named(first.cycle_number, first.whose)}"
    errors = dict.fromkeys(fitted(sheet.error, 300) or _UNKNOWN for sheet in told.sheets)
    lines = [
        f"⚠️ *{called if many else _linked(first)}: {what}.*",
        *([_each(told.sheets)] if many else []),
        *([f"{'Behind' if many else 'It has been behind'} since {stamp(told.since, now)}."] if told.since else []),
        *[*errors][:_MOST_CAUSES],
        _PARTLY if partly else _STANDING.format("Each" if many else "The"),
    ]
    asking = button("About the sheet", SHOW, first.sheet_id, about=named(first.cycle_number, first.whose))
    return Content(f"{called}: {what}.", [*paragraphs(lines), actions("about", asking)])


def _each(sheets: Sequence[Stopped]) -> str:
    left = len(sheets) - _MOST_STOPPED
    more = [f"and {left} more: `/audit sheet` names them"] if left > 0 else []
    return " · ".join([*map(_linked, sheets[:_MOST_STOPPED]), *more])


def _linked(sheet: Stopped) -> str:
    return linked(sheet.cycle_number, sheet.whose, sheet.spreadsheet_id)


def _over(told: Stop) -> Content:
    first = told.first
    outcome = "it can be updated again" if first.spreadsheet_id else "it is no longer kept there"
    others = [] if told.alone else [context("So is any other sheet that was named here.")]
    return Content(
        f"Sheet of {named(first.cycle_number, first.whose)}: {outcome}.",
        [section(f"✅ *{_linked(first)}*: {outcome}."), *others],
    )
