"""The questions of an audit tool, as a page of the return's form asks them."""

from collections.abc import Collection, Mapping

from audit.scales import Scale
from audit.tools import Section, Tool
from views.parts import (
    Block,
    checkboxes,
    datepicker,
    escape,
    input_block,
    multi_select,
    radios,
    section,
    select,
    sent_at_once,
    text_input,
    verbatim,
)
from views.returns.grades import section_meanings

_IN_SIGHT = 10
"""The most choices that Slack shows as buttons; more are in a menu, as are grades, since a page may have twelve."""


def blocks(
    tool: Tool, page: int, answers: Mapping[str, str],
    *, shown: Collection[str] | None = None, below: Mapping[str, Block] | None = None,
) -> list[Block]:  # fmt: skip
    """A page's questions that apply with these `answers` (or those in `shown`), under the headings of their groups.

    A heading that only repeats its first question isn't shown. A scale is explained before the first section of those
    that share it. `below`: question key -> the block under that question or note.
    """
    shown, heading = tool.shows(answers) if shown is None else shown, ""
    parts = [part for part in tool.steps[page] if part.key in shown]
    explained: Scale | None = None
    made: list[Block] = []
    for part in parts:
        if part.heading and part.heading not in {heading, part.label}:
            made.append(section(f"*{escape(part.heading)}*"))
        heading = part.heading
        if part.scale and part.scale != explained:
            explained = part.scale
            alike = sum(each.scale == explained for each in parts) > 1
            made += section_meanings(explained, "" if alike else part.label)
        made += _note(part) if part.kind == "note" else [_told(tool, part, _question(part, answers))]
        made += [below[part.key]] if below and part.key in below else []
    return made


def _note(part: Section) -> list[Block]:
    return [*verbatim(part.label), *verbatim(part.hint)]


def _told(tool: Tool, part: Section, block: Block) -> Block:
    """Let Slack send a choice or a date at once if other questions on its page depend on it."""
    follow = tool.followers(part.key) & {each.key for each in tool.steps[tool.page_of([part.key])]}
    return sent_at_once(block) if follow and (part.offered or part.kind == "date") else block


def _question(part: Section, answers: Mapping[str, str]) -> Block:
    text = answers.get(part.key, "")
    choices = [(choice.name, choice.label) for choice in part.offered]
    key, label, hint = part.key, part.label, part.hint
    if part.kind == "several_of":
        chosen = part.chosen(text)
        block = (
            checkboxes(key, label, choices, chosen, hint=hint)
            if len(choices) <= _IN_SIGHT
            else multi_select(key, label, choices, chosen, len(choices), hint=hint)
        )
    elif choices:
        in_sight = part.scale is None and len(choices) <= _IN_SIGHT
        block = (radios if in_sight else select)(key, label, choices, text, hint=hint)
    elif part.kind == "date":
        block = datepicker(key, label, text, hint=hint)
    elif part.kind in {"integer", "decimal"}:
        block = input_block(key, label, _number(part, text), hint, optional=True)
    else:
        block = text_input(key, label, text, limit=part.limit, multiline=part.kind == "text", hint=hint)
    return block | {"optional": not part.required}


def _number(part: Section, text: str) -> Block:
    element: Block = {"type": "number_input", "is_decimal_allowed": part.kind == "decimal"}
    return element if not text or part.fault(text) else element | {"initial_value": text}
