"""Graded sections by agency: a grid of short marks in a fixed-width text that fits a phone (docs/decisions/0051)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from audit.cases import graded_sections
from audit.cases.summary import CaseView, Line
from audit.tools import Section
from views.cases.marks import Key, aligned
from views.parts import SECTION_LIMIT, Block, context, count_of, escape, fitted, pieces, section, shorten

WIDTH = 36
"""The characters in a line of fixed-width text that a phone shows without wrapping."""
RATIFIED = "="
"""The head of the column of ratified grades."""
_NUMBER, _FEWEST = 3, 12
"""Characters: of a section's number, and the fewest for number and name; with less room only the number is shown."""
_NAMED, _KEY = 40, 700
"""Characters: the least room for what a mark means, and the most for a whole line of meanings."""
_BETWEEN = " · "
_OWN = re.compile(r"\d+(\.\d+)*(?=[.):]? )")
"""The number at the beginning of a section's name."""


@dataclass(frozen=True)
class _Shape:
    """The widths of a cell and of the first column, in characters; `across`: agencies side by side.

    `named`: sections are shown by name, not only by number.
    """

    wide: int
    across: int
    before: int
    named: bool


def blocks(case: CaseView, room: int) -> list[Block]:
    """The grid, in parts of a few agencies each, as many as fit in `room` characters; empty if nobody has graded.

    The agencies' grades are those after moderation. The letters, marks and numbers are explained below.
    """
    if not any(graded_sections.spread(case, each).ends for each in case.tool.graded):
        return []
    key, shape, made, left = Key(), _shape(case), list[Block](), len(case.lines)
    for start in range(0, len(case.lines), shape.across):
        part = {_letter(start + n): line for n, line in enumerate(case.lines[start : start + shape.across])}
        drawn, over = _drawn(case, part, shape, key), {at: line.agency for at, line in part.items()}
        if made and room < len(drawn):
            break
        room -= len(drawn)
        over |= {RATIFIED: "ratified"} if case.judgement else {}
        made += [section(f"```\n{drawn}\n```"), context(_meant(over.items()))]
        left -= len(part)
    made += [context(f"and {count_of(left, 'more agency', 'more agencies')}: read the summary.")] if left else []
    names = _numbers(case, shape, max(room, 2 * _KEY))
    return [*made, *(context(text) for text in (_meant(key.said()), *_ends(case), *names) if text)]


def _shape(case: CaseView) -> _Shape:
    wide = 4 if any(line.moderated_sections for line in case.lines) else 3
    ratified = bool(case.judgement)
    most = (WIDTH - _NUMBER) // wide - ratified
    across = -(-len(case.lines) // -(-len(case.lines) // most))
    before = WIDTH - wide * (across + ratified)
    names = _named(case)
    rows = "\n".join(name[:before] + " " * (WIDTH - before) for name in names)
    room = before >= _FEWEST and len(pieces(rows, SECTION_LIMIT - 2 * WIDTH)) == 1
    named = room and all(map(aligned, names))
    return _Shape(wide, across, before if named else _NUMBER, named)


def _drawn(case: CaseView, part: Mapping[str, Line], shape: _Shape, key: Key) -> str:
    """A row for each section: its number, as much of its name as fits, and the grades by these agencies."""
    over = [*part, *([RATIFIED] if case.judgement else [])]
    rows = [" " * shape.before + "".join(each.ljust(shape.wide) for each in over)]
    for number, (each, name) in enumerate(zip(case.tool.graded, _named(case), strict=True), 1):
        cells = [_cell(case, line, each, key) for line in part.values()]
        cells += [key.mark(each.graded_on, graded_sections.judged(case, each))] if case.judgement else []
        row = shorten(name, shape.before - 1) if shape.named else f"{number}"
        rows.append(row.ljust(shape.before) + "".join(cell.ljust(shape.wide) for cell in cells))
    return escape("\n".join(row.rstrip() for row in rows))


def _named(case: CaseView) -> list[str]:
    """Each section's number and name, with the names' own numbers if all have one; backticks would end the block."""
    names = [name.replace("`", "'") for name in graded_sections.names(case.tool).values()]
    own = {match.group() for name in names if (match := _OWN.match(name))}
    return names if len(own) == len(names) else [f"{n} {name}" for n, name in enumerate(names, 1)]


def _cell(case: CaseView, line: Line, of: Section, key: Key) -> str:
    moderated = of.key in line.moderated_sections and line.answers is not None
    return key.mark(of.graded_on, graded_sections.settled(case, line, of), moderated=moderated)


def _letter(place: int) -> str:
    """The letter at the head of an agency's column: A to Z, then AA and so on."""
    before, at = divmod(place, len(ascii_uppercase))
    return (ascii_uppercase[before - 1] if before else "") + ascii_uppercase[at]


def _ends(case: CaseView) -> Iterator[str]:
    """A sentence for each scale whose grades are bare numbers: which is the best and which the worst."""
    scales = {each.graded_on.key: each.graded_on for each in case.tool.graded}.values()
    ends = dict.fromkeys((each.grades[0].label, each.lowest.label) for each in scales if each.bare)
    yield from (f"`{best}` is the best grade, `{worst}` the worst." for best, worst in ends)


def _numbers(case: CaseView, shape: _Shape, room: int) -> Iterator[str]:
    """What the row numbers stand for, of those sections whose name isn't shown in full: lines of mrkdwn.

    As many as fit in `room` characters; how many more there are is said.
    """
    numbered = [(f"{n}", name) for n, name in enumerate(graded_sections.names(case.tool).values(), 1)]
    if shape.named:
        cut = (row.partition(" ") for row in _named(case) if len(row) >= shape.before)
        numbered = [(number, name) for number, _, name in cut]
    line, meanings = "", _meanings(numbered)
    for place, each in enumerate(meanings):
        room -= len(_BETWEEN + each)
        if room < 0:
            yield line
            yield f"and {count_of(len(meanings) - place, 'more section')}: read the summary."
            return
        if len(line + _BETWEEN + each) > _KEY:
            yield line
            line = ""
        line = f"{line}{_BETWEEN}{each}" if line else each
    yield line


def _meant(said: Iterable[tuple[str, str]]) -> str:
    """Each mark and its meaning, as many as fit in a line: mrkdwn."""
    each = _BETWEEN.join(_meanings([*said]))
    return each if len(each) <= _KEY else each[: each.rindex(_BETWEEN, 0, _KEY)] + " …"


def _meanings(said: Sequence[tuple[str, str]]) -> list[str]:
    room = max(_NAMED, _KEY // max(len(said), 1) - _NAMED // 2)
    return [f"`{escape(sign)}` {fitted(words, room)}" for sign, words in said]
