"""Forms that preview a change: an answer is tied to the preview it was given to (docs/decisions/0015)."""

from collections.abc import Collection, Iterable, Sequence

from audit.filled_form import Filled
from views.parts import Block, View, alert, context, divider, escape, modal, section, shorten

CHANGED = (
    "Nothing is saved yet: with what you chose, this form asks something different. Please check it."
    " What you typed is still here."
)
"""Shown when a form was sent before Slack had updated its fields to fit a choice made in it."""

MARKED = "__"
"""The separator between a field's name and the mark of the preview, in a block id."""
_MOST_NAMED = 40
_NAMES = 1500
"""The most characters of names in one line."""
AGAIN = "This is not what you were shown before: something has changed. Please check it again."
NOT_YET = "*Nothing has changed yet. This is what will happen:*"
_STAYS = "If you change anything below, you will first be shown what would happen."


def previewed(blocks: Iterable[Block], mark: str) -> list[Block]:
    """The form's blocks, with `mark` added to each input's block id, so that an answer says which preview it is for.

    Slack keeps what was typed while an input's block id stays the same; with a new mark the initial value is shown.
    """
    if not mark:
        return list(blocks)
    return [
        block | {"block_id": f"{block['block_id']}{MARKED}{mark}"} if block["type"] == "input" else block
        for block in blocks
    ]


def marked(record_id: str, mark: str) -> str:
    """What a form without inputs has in the place of its record's id, and a row of buttons in that of its block's."""
    return f"{record_id}{MARKED}{mark}"


def unmarked(block_id: str) -> tuple[str, str]:
    """The field that a block id names (or the id of a form's record), and its mark; the mark is "" if it has none."""
    field, separator, mark = block_id.rpartition(MARKED)
    return (field, mark) if separator else (block_id, "")


def fields_changed(asked: frozenset[str], wrong: Collection[str], view: View) -> bool:
    """Whether `view` has other fields than the form that was sent (`asked`), and a field in `wrong` isn't in both.

    A choice changes which fields the form has, but Slack may not have shown that before the form was sent.
    """
    now = fields(view)
    return bool(wrong) and now != asked and not set(wrong) <= now & asked


def fields(view: View) -> frozenset[str]:
    """The names of the form's fields, without their marks."""
    blocks = view["blocks"]
    assert isinstance(blocks, list)  # noqa: S101  # our own views have a list
    return frozenset(unmarked(str(block["block_id"]))[0] for block in blocks if block["type"] == "input")


def two_step_form(  # noqa: PLR0917  # everything that a two-step form consists of
    title: str, record_id: str, verb: str, about: list[Block], inputs: list[Block], preview: list[Block], yes: str,
    form: Filled,
) -> View:  # fmt: skip
    """A two-step form: "Next" adds `preview` above the same inputs; sending that, with `yes`, makes the change.

    A mark without a preview says which stored values the first step was filled from.
    """
    if not (form.mark and preview):
        first = previewed([*about, *inputs], form.mark)
        return modal(title, first, record_id=record_id, verb=verb, submit="Next")
    top = [alert(AGAIN)] if form.again else []
    blocks = [*about, *top, section(NOT_YET), *preview, divider(), *inputs, context(_STAYS)]
    return modal(title, previewed(blocks, form.mark), record_id=record_id, verb=verb, submit=yes)


def named(names: Sequence[str], where: str) -> str:
    """At most 40 names as mrkdwn; beyond that, how many more there are and `where` (mrkdwn) to find them."""
    shown = shorten(", ".join(names[:_MOST_NAMED]), _NAMES)
    left = len(names) - _MOST_NAMED
    return escape(shown) + (f" and {left} more ({where})" if left > 0 else "")
