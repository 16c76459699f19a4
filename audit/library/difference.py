"""The differences between two versions of an audit tool."""

from collections.abc import Iterator
from dataclasses import dataclass

from audit.pasted import comparable_name
from audit.scales import Scale
from audit.tools import Section, Tool

_WHAT = {
    "label": "its words", "hint": "its hint", "kind": "how it is answered", "choices": "its choices",
    "scale": "what its grades mean", "required": "whether it must be answered", "relevant": "when it is asked",
    "agencies": "who is asked", "group": "what it counts as", "heading": "its heading",
}  # fmt: skip


@dataclass(frozen=True)
class Altered:
    """A question in both versions, and `what` of it has changed, in words."""

    before: Section
    after: Section
    what: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """The questions and notes that were added, removed and altered. `moved`: those in both are in another order."""

    added: tuple[Section, ...]
    gone: tuple[Section, ...]
    altered: tuple[Altered, ...]
    moved: bool


def difference(before: Tool, after: Tool) -> Difference:
    """Compare parts by name. Questions that a graded section brings with it are left out."""
    old, new = _parts(before), _parts(after)
    both = [key for key in old if key in new]
    altered = (Altered(old[key], new[key], tuple(_what(old[key], new[key]))) for key in both)
    return Difference(
        added=tuple(part for key, part in new.items() if key not in old),
        gone=tuple(part for key, part in old.items() if key not in new),
        altered=tuple(each for each in altered if each.what),
        moved=both != [key for key in new if key in old],
    )


def same_grades(before: Scale, after: Scale) -> bool:
    """Whether grades given on one scale are valid on the other."""
    return before.same_steps(after) and (after.not_applicable or not before.not_applicable)


def _parts(tool: Tool) -> dict[str, Section]:
    parts = (*tool.parts, *([tool.overall] if tool.overall else []))
    return {part.key: part for part in parts if not part.implied}


def _what(before: Section, after: Section) -> Iterator[str]:
    for name, words in _WHAT.items():
        if getattr(before, name) == getattr(after, name):
            continue
        if name == "scale" and before.scale and after.scale and not same_grades(before.scale, after.scale):
            yield "its grades"
        elif name != "agencies" or {*map(comparable_name, before.agencies)} != {*map(comparable_name, after.agencies)}:
            yield words
