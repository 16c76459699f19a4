"""Forms that show what will happen before it does: what comes back is tied to what was shown (docs/decisions/0015)."""

from collections.abc import Collection, Iterable, Sequence

from audit.filled_form import Filled
from views.parts import Block, View, alert, context, divider, escape, modal, section, shorten

CHANGED = (
    "Nothing is saved yet: with what you chose, this form asks something different. Please check it."
    " What you typed is still here."
)
"""What a form says that was sent before Slack had shown what it asks after a choice."""

MARKED = "__"
"""Between a field's name and the mark of what was shown."""
_MOST_NAMED = 40
_NAMES = 1500
"""Characters of names in one line."""
AGAIN = "This is not what you were shown before: something has changed. Please check it again."
_NOT_YET = "*Nothing has changed yet. This is what will happen:*"
_STAYS = "If you change anything below, you will first be shown what would happen."


def previewed(blocks: Iterable[Block], mark: str) -> list[Block]:
    """The blocks of a form, its inputs marked: what comes back with `mark` is about what was shown with it.

    Slack keeps what was typed for as long as an input's block id stays; a new mark has the initial value shown.
    """
    if not mark:
        return list(blocks)
    return [
        block | {"block_id": f"{block['block_id']}{MARKED}{mark}"} if block["type"] == "input" else block
        for block in blocks
    ]


def unmarked(block_id: str) -> tuple[str, str]:
    """An input's field, and the mark that it came with, if any."""
    field, there, mark = block_id.rpartition(MARKED)
    return (field, mark) if there else (block_id, "")


def asks_otherwise(asked: frozenset[str], wrong: Collection[str], view: View) -> bool:
    """Whether `view` asks something else than a form that `asked` these fields, and what is wrong isn't in both.

    A choice shows what follows from it, but only if Slack is there in time.
    """
    now = fields(view)
    return bool(wrong) and now != asked and not set(wrong) <= now & asked


def fields(view: View) -> frozenset[str]:
    """The fields that a form has, whatever mark they carry."""
    blocks = view["blocks"]
    assert isinstance(blocks, list)  # noqa: S101  # of a view that we made
    return frozenset(unmarked(str(block["block_id"]))[0] for block in blocks if block["type"] == "input")


def stepped(  # noqa: PLR0917  # what a form in two steps is made of
    title: str, record_id: str, verb: str, about: list[Block], inputs: list[Block], preview: list[Block], yes: str,
    form: Filled,
) -> View:  # fmt: skip
    """A form whose first sending shows `preview`, on top of the same form; sending that again, with `yes`, does it.

    One that has a mark before there is a preview was filled from what stood then.
    """
    if not (form.mark and preview):
        first = previewed([*about, *inputs], form.mark)
        return modal(title, first, record_id=record_id, verb=verb, submit="Next")
    top = [alert(AGAIN)] if form.again else []
    blocks = [*about, *top, section(_NOT_YET), *preview, divider(), *inputs, context(_STAYS)]
    return modal(title, previewed(blocks, form.mark), record_id=record_id, verb=verb, submit=yes)


def named(names: Sequence[str], where: str) -> str:
    """Some names, and how many more there are, and `where` (mrkdwn) they are: mrkdwn."""
    shown = shorten(", ".join(names[:_MOST_NAMED]), _NAMES)
    left = len(names) - _MOST_NAMED
    return escape(shown) + (f" and {left} more ({where})" if left > 0 else "")
