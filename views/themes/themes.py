"""Learning themes: the list, adding several as lines of text, and renaming or retiring one."""

from collections.abc import Sequence

from audit.findings.themes import LINES, Added, ThemeLine, mark_of_all
from views.confirming import previewed
from views.pages import list_modal, pages
from views.parts import (
    ALL,
    Block,
    View,
    actions,
    button,
    context,
    count_of,
    escape,
    modal,
    radios,
    section,
    shorten,
    text_input,
)
from views.themes.merge import LABEL_LIMIT, OPEN

SHOW = "themes.show"
PAGE = "themes.page"
ADD = "themes.add"
SAVE = "themes.save"
EDIT = "theme.edit"
CHANGE = "theme.change"

TITLE = "Learning themes"
RETIRED = "retired"
STRENGTH = "strength"
_KINDS = (("improve", "Something to improve"), (STRENGTH, "A strength: it needs no recommendation"))
_OFFERED = (("offered", "Offered: agencies can tag it"), (RETIRED, "Retired: kept where it was tagged"))


def view(themes: Sequence[ThemeLine], page: int = 0, *, notice: str = "") -> View:
    """A page of all learning themes."""
    current = pages(("", _theme(each)) for each in themes).nearest(page)
    note = (
        "Agencies tag their returns with learning themes: what the audits' findings show again and again. "
        "(An audit's own theme is something else: it is chosen beforehand.)"
    )
    nothing = [] if themes else [section("There is no learning theme yet, so returns don't ask for any.")]
    top = [context(note + current.where), actions("add", button("Add learning themes", ADD, ALL))]
    return list_modal(TITLE, [*top, *nothing, *current.blocks, *current.turning(PAGE)], record_id=ALL, notice=notice)


def _theme(theme: ThemeLine) -> list[Block]:
    state = " · a strength" if theme.strength else ""
    if theme.counts_as is not None:
        state = f" · merged: counts as “{escape(theme.counts_as)}”"
    elif theme.retired:
        state += " · retired"
    looking = button("Findings, merge, split", OPEN, theme.id, about=theme.label)
    changing = button("Change", EDIT, theme.id, about=theme.label)
    return [section(f"*{escape(theme.label)}*{state}"), actions(f"theme-{theme.id}", looking, changing)]


def adding(themes: Sequence[ThemeLine]) -> View:
    """The form that adds several learning themes."""
    hint = (
        f"One a line, each with at most {LABEL_LIMIT} characters; a + before it says that it is a strength, which needs"
        " no recommendation. Never the name of a person or a case."
    )
    box = text_input(LINES, "Learning themes", optional=False, hint=hint)
    return modal("Add learning themes", previewed([box], mark_of_all(themes)), record_id=ALL, verb=SAVE, submit="Add")


def added(additions: Added) -> str:
    """How many themes were added, and what to press for those that already existed, but not as strengths."""
    total = f"{count_of(additions.number, 'learning theme')} added."
    if not additions.unsigned:
        return total
    names = shorten(", ".join(additions.unsigned), 500)
    return f"{total} There already, but not as a strength: {names}. Press Change beside it to say that it is one."


def changing(theme: ThemeLine) -> View:
    """The form of a learning theme: its label, sign, and whether it is offered; for a merged theme only the label."""
    box = text_input("label", "Label", theme.label, limit=LABEL_LIMIT, multiline=False, optional=False)
    [label] = previewed([box], theme.mark)
    kind = radios("kind", "What it says", _KINDS, STRENGTH if theme.strength else "improve")
    state = radios("state", "In returns", _OFFERED, RETIRED if theme.retired else "offered")
    blocks = [label, kind, state] if theme.counts_as is None else [label]
    return modal("A learning theme", blocks, record_id=theme.id, verb=CHANGE, submit="Save")
