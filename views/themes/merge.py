"""A learning theme across audit cycles, and the forms that merge it into another or rename it."""

from collections.abc import Iterator, Sequence

from audit.findings.findings import ThemeCount
from audit.findings.themes import ThemeLine
from audit.themes.evidence import ThemePage, ThemeShare
from audit.themes.merge import INTO, Effect, Merger
from views.confirming import previewed, two_step_form
from views.findings import findings
from views.pages import Unit, list_modal, pages
from views.parts import (
    Block,
    View,
    actions,
    button,
    confirmed,
    count_of,
    divider,
    escape,
    fitted,
    header,
    modal,
    paragraphs,
    section,
    select,
    text_input,
)
from views.words import beside

OPEN = "theme.show"
"""The button that shows a theme with its findings (value: the theme's id)."""
TURN = "theme.page"
MERGE = "theme.merge"
"""The button that opens the form of a merger (value: the theme's id)."""
MERGED = "theme.merged"
"""The callback id of the form of a merger."""
UNMERGE = "theme.unmerge"
"""The button that undoes a merger (value: the id of the theme that was merged)."""
RENAME = "theme.rename"
"""The button that opens the form that renames a theme (value: the theme's id)."""
RENAMED = "theme.renamed"
"""The callback id of the form that renames a theme."""
SPLIT = "theme.split"
"""The button that opens the form that splits a theme (value: the theme's id; views.themes.split)."""

UNANSWERED = "No recommendation yet"
LABEL_LIMIT = 75
_NAMES = 1500
_UNDOING = "Its findings count under its own name again, in every audit."
_FOLLOWS = "Whatever is linked to it stays linked to it: findings, what agencies tagged, recommendations."


def theme_view(theme: ThemePage, page: int = 0, *, notice: str = "") -> View:
    """A page of a theme's findings."""
    current = pages(_units(theme)).nearest(page)
    retired = " · retired: no longer offered" if theme.retired else ""
    top = [section(f"*{escape(theme.label)}*{retired}{current.where}")]
    doings = _doings(theme) if theme.coordinates else []
    blocks = [*top, *doings, *current.blocks, *current.turning(TURN)]
    return list_modal("Learning theme", blocks, record_id=theme.id, notice=notice)


def _doings(theme: ThemePage) -> list[Block]:
    return [
        actions(
            "doings",
            button("Merge into another", MERGE, theme.id, about=theme.label),
            button("Rename", RENAME, theme.id, about=theme.label),
            button("Split", SPLIT, theme.id, about=theme.label),
        )
    ]


def _units(theme: ThemePage) -> Iterator[Unit]:
    for part in theme.parts:
        undo = button("Undo the merger", UNMERGE, part.id, about=part.label)
        asked = confirmed(undo, "Undo the merger?", _UNDOING, "Undo it")
        yield "", [section(f"“{escape(part.label)}” counts as this theme.", asked if theme.coordinates else None)]
    if not theme.shares:
        yield "", [section("No finding is about it yet.")]
    for share in theme.shares:
        yield from _share(share)


def _share(share: ThemeShare) -> Iterator[Unit]:
    title = f"{share.title}: {of_cases(share.count)}"
    unanswered = [f"⚠️ *{UNANSWERED}*"] if share.count.unanswered else []
    lines = [names(share.count.references), *unanswered]
    yield title, [divider(), header(title), *paragraphs(lines)]
    for each in share.findings:
        yield title, [section(beside(f"*Case {escape(each.reference)}*", each.area)), *findings.lines(each)]


def of_cases(count: ThemeCount) -> str:
    """The number of cases in which a theme was found: "4 of 15 cases"."""
    return f"{count.cases} of {count_of(count.of, 'case')}"


def names(references: Sequence[str]) -> str:
    """Cases by their references: mrkdwn."""
    return fitted(", ".join(references), _NAMES)


def merging(merger: Merger) -> View:
    """The form of a merger; after the first step it previews the effect on the counts."""
    label = escape(merger.theme.label)
    if not merger.offered:
        nothing = section(f"There is no other theme that *{label}* could be merged into.")
        return modal("Merge themes", [nothing], record_id=merger.theme.id)
    lines = [f"*{label}* no longer counts by itself, and is no longer offered. {_FOLLOWS}", *_sign(merger)]
    about = paragraphs(lines)
    choices = [(each.id, each.label) for each in merger.offered]
    inputs = [select(INTO, "It counts as", choices, merger.into_id or None, optional=False)]
    return two_step_form(
        "Merge themes", merger.theme.id, MERGED, about, inputs, effects(merger.effects or ()), "Merge",
        merger,
    )  # fmt: skip


def _sign(merger: Merger) -> list[str]:
    """A warning if the merger turns the theme from a strength into something to improve, or the reverse."""
    into = next((each for each in merger.offered if each.id == merger.into_id), merger.theme)
    if into.strength == merger.theme.strength:
        return []
    counts = "a strength, which needs no recommendation" if into.strength else "something to improve"
    return [f"⚠️ It counts as {counts} from then on."]


def effects(counted: Sequence[Effect]) -> list[Block]:
    """The effect of a change on the counts, a paragraph for each cycle."""
    if not counted:
        return [section("No count changes: no finding is about it.")]
    return paragraphs(_effect(each) for each in counted)


def _effect(effect: Effect) -> str:
    counts = "; ".join(
        f"{escape(label)} {f'still {after}' if before == after else f'{after} instead of {before}'}"
        for label, before, after in effect.counts
    )
    return f"• *Audit {effect.cycle}*, of {count_of(effect.of, 'case')}: {counts}"


def renaming(theme: ThemeLine) -> View:
    """The form that renames a theme."""
    hint = "It changes wherever the theme is shown. The trail keeps the old one."
    box = text_input("label", "Label", theme.label, limit=LABEL_LIMIT, multiline=False, optional=False, hint=hint)
    return modal("Rename the theme", previewed([box], theme.mark), record_id=theme.id, verb=RENAMED, submit="Save")
