"""The form that gives some of a learning theme's findings another theme."""

from collections.abc import Iterator, Mapping

from audit.findings.findings import FindingView
from audit.themes.merge import INTO
from audit.themes.split import FINDINGS, LABEL, ThemeSplit
from views.confirming import two_step_form
from views.findings.findings import KINDS
from views.parts import Block, View, checkboxes, count_of, escape, modal, multi_select, paragraphs, section, text_input
from views.themes.merge import LABEL_LIMIT, effects

PARTED = "theme.parted"
"""The callback id of the form; the button views.themes.merge.SPLIT opens it."""

_BOXES, _MENU = 10, 100
_MOST_TICKED = 50
"""The most findings shown as boxes to tick; more than that are in menus."""


def splitting(split: ThemeSplit) -> View:
    """The form; after the first step it previews the effect on the counts."""
    label = escape(split.theme.label)
    if not split.findings:
        nothing = section(f"No finding is about *{label}*, so there is nothing to split.")
        return modal("Split a theme", [nothing], record_id=split.theme.id)
    lines = [f"*{label}*: choose the findings that get another theme. The others stay."]
    if split.left_out:
        older = count_of(split.left_out, "older one isn't", "older ones aren't")
        lines.append(f"The newest {len(split.findings)} can be chosen; {older} listed.")
    inputs = [*_findings(split), *_target(split)]
    return two_step_form(
        "Split a theme", split.theme.id, PARTED, paragraphs(lines), inputs, effects(split.effects or ()), "Split",
        split,
    )  # fmt: skip


def _findings(split: ThemeSplit) -> Iterator[Block]:
    """Boxes to tick, in groups of ten; menus if there are many findings."""
    ticking = len(split.findings) <= _MOST_TICKED
    size = _BOXES if ticking else _MENU
    for number, start in enumerate(range(0, len(split.findings), size), 1):
        listed = split.findings[start : start + size]
        choices = [(each.id, _words(each)) for each in listed]
        chosen = [each.id for each in listed if each.id in split.chosen]
        name = f"{FINDINGS}_{number}"
        label = f"Findings, {listed[0].reference} to {listed[-1].reference}"
        if ticking:
            yield checkboxes(name, label, choices, chosen)
        else:
            yield multi_select(name, label, choices, chosen, _MENU)


def _words(finding: FindingView) -> str:
    """A finding on one line, not shortened."""
    return " ".join(f"{finding.reference} {KINDS[finding.kind]}: {finding.text}".split())


def _target(split: ThemeSplit) -> Iterator[Block]:
    """The inputs for the new theme of the findings: an existing theme or a new label, one of the two."""
    choices = [(each.id, each.label) for each in split.offered]
    if choices:
        chosen = [split.into_id] if split.into_id else []
        yield multi_select(INTO, "They get this theme", choices, chosen, 1)
    hint = f"Only if no theme fits: at most {LABEL_LIMIT} characters, never the name of a person or a case."
    yield text_input(LABEL, "Or a new theme", split.label, limit=LABEL_LIMIT, multiline=False, hint=hint)


def chosen(ticked: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The ids of the findings chosen; `ticked`: field name -> the values chosen there."""
    return tuple(
        each for field, values in sorted(ticked.items()) if field.startswith(f"{FINDINGS}_") for each in values
    )
