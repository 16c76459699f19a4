"""What a newer version of an audit tool asks otherwise than the one before."""

from collections.abc import Iterator
from dataclasses import dataclass

from audit.pasted import plain
from audit.scales import Scale
from audit.tools import IMPLIED, Section, Tool

_WHAT = {
    "label": "its words", "hint": "its hint", "kind": "how it is answered", "choices": "its choices",
    "scale": "what its grades mean", "required": "whether it must be answered", "relevant": "when it is asked",
    "agencies": "who is asked", "group": "what it counts as", "heading": "its heading",
}  # fmt: skip


@dataclass(frozen=True)
class Altered:
    """A question that both versions ask; `what` of it is otherwise, in words."""

    before: Section
    after: Section
    what: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """What a newer version asks more, no longer, and otherwise; `moved`: in another order. Notes are parts too."""

    added: tuple[Section, ...]
    gone: tuple[Section, ...]
    altered: tuple[Altered, ...]
    moved: bool

    @property
    def none(self) -> bool:
        """Whether both ask the same."""
        return not (self.added or self.gone or self.altered or self.moved)


def difference(before: Tool, after: Tool) -> Difference:
    """By the names of questions; what a graded section brings with it goes without saying."""
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
    """Whether what was given on one scale can stand on the other."""
    return before.same_steps(after) and (after.not_applicable or not before.not_applicable)


def _parts(tool: Tool) -> dict[str, Section]:
    parts = (*tool.parts, *([tool.overall] if tool.overall else []))
    return {part.key: part for part in parts if IMPLIED not in part.key}


def _what(before: Section, after: Section) -> Iterator[str]:
    for name, words in _WHAT.items():
        if getattr(before, name) == getattr(after, name):
            continue
        if name == "scale" and before.scale and after.scale and not same_grades(before.scale, after.scale):
            yield "its grades"
        elif name != "agencies" or {*map(plain, before.agencies)} != {*map(plain, after.agencies)}:
            yield words
