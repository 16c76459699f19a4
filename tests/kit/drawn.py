"""Audit tools of any kind, drawn by hypothesis."""

from dataclasses import replace
from typing import get_args

from hypothesis import strategies as st

from audit.pasted import comparable_name
from audit.scales import INSPECTION, THREE_STEP, Scale
from audit.tools import IMPLIED, OVERALL, Choice, Kind, Section, Tool, graded

MOST_NOTES = 10
"""The number of notes that fit before one question, each under a heading of its own."""
NAMES = st.sampled_from([*"abcdefghijklmnopqrstuvwxyz", *(f"q{n}_x" for n in range(9)), "A-9", "_under", "x" * 64])
WORDS = st.text(st.characters(categories=["L", "N", "P", "Zs"], max_codepoint=0x2FF), min_size=1, max_size=40).map(
    lambda text: " ".join(text.split())
)
WORDS = WORDS.filter(lambda text: not text.startswith("#"))  # such as #VALUE, an error in a cell
LABELS = WORDS.filter(bool)


@st.composite
def scales(draw: st.DrawFn) -> Scale:
    """A scale whose descriptors differ from question to question, and that may have its own short labels."""
    apart = replace(
        THREE_STEP, not_applicable=True, inapplicable=draw(st.sampled_from(["Not applicable", "Dim yn wir"]))
    )
    scale = draw(st.sampled_from([apart, INSPECTION]))
    if draw(st.booleans()):
        scale = replace(scale, grades=(replace(scale.grades[0], short_label="G1"), *scale.grades[1:]))
    return replace(scale, grades=tuple(replace(grade, descriptor=draw(WORDS)) for grade in scale.grades))


@st.composite
def tools(draw: st.DrawFn) -> Tool:
    """A tool with questions of every kind, conditions on earlier ones, groups, and notes between them."""
    names = draw(st.lists(NAMES, min_size=1, max_size=30, unique=True))
    parts: list[Section] = []
    for name in names:
        notes = sum(part.kind == "note" for part in parts)
        kind = draw(st.sampled_from([each for each in get_args(Kind) if each != "note" or notes < MOST_NOTES]))
        choices: tuple[Choice, ...] = ()
        if kind in {"one_of", "several_of"}:
            keys = draw(st.lists(NAMES, min_size=1, max_size=12, unique=True))
            labels = draw(st.lists(LABELS, min_size=len(keys), max_size=len(keys), unique_by=comparable_name))
            choices = tuple(map(Choice, keys, labels))
        before = [part for part in parts if part.kind != "note" and IMPLIED not in part.key]
        trigger = draw(st.none() | st.sampled_from(before)) if before else None
        chosen = draw(st.sampled_from([choice.name for choice in trigger.offered] or ["yes"])) if trigger else ""
        relevant = f"${{{trigger.key}}} = '{chosen}'" if trigger else ""
        scale = draw(scales()) if kind == "graded" else None
        groups = ("", "strength", "concern", "learning")
        parts += graded(Section(
            name, draw(LABELS), kind, draw(WORDS), "" if scale else draw(st.sampled_from(groups)),
            scale is not None or draw(st.booleans()), relevant, choices,
            draw(st.sampled_from(["", "Planning", "Voice"])),
            tuple(draw(st.lists(st.sampled_from(["Police", "Education"]), unique=True))), scale,
        ))  # fmt: skip
    asked = [part for part in parts if part.kind != "note"]
    overall = draw(st.none() | st.builds(
        Section, st.just(OVERALL), LABELS, st.just("graded"), required=st.booleans(),
        scale=scales().filter(lambda scale: not scale.not_applicable),
    ))  # fmt: skip
    return Tool("drawn", 0, tuple(parts if asked else [*parts, Section("last", "Last")]), "Drawn", overall)
