"""Stratified sampling: the list and the seed, the preview, and drawing again to check."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from audit.setup.sample import SEED_LIMIT, Check, Draw, SampleLine, Stratum
from views.confirming import previewed
from views.forms import Form
from views.parts import (
    Block,
    View,
    actions,
    alert,
    button,
    context,
    count_of,
    divider,
    done,
    escape,
    fitted,
    modal,
    multi_select,
    paragraphs,
    section,
    text_input,
)
from views.setup.case_list import bad_lines
from views.words import stamp

CHOOSE = "sample.choose"
DRAW = "sample.draw"
CHECK = "sample.check"
VERIFY = "sample.verify"

_BOXES = ("listed", "listed_2", "listed_3", "listed_4")
"""The names of the text boxes; each holds 3,000 characters."""
_AREA = 40
"""The most characters of an area's name in a line that lists all areas."""
_A_LINE = 50
_MOST_SHOWN = 10
"""The most earlier samples shown."""
_HOW = (
    "{} references are put in the order of SHA-256 of “seed:reference”, and the first ones are taken. So the same list"
    " and seed always give the same sample, and anybody can check it."
)
_HINT = "One case a line: {}. Nothing else: no names, no dates."


def form(draw: Draw) -> View:
    """The list, the number from each area, the seed and the agencies; after a first check also the preview."""
    if not draw.planned:
        notice = section("The cases of this audit are settled. What was drawn can be drawn again to check.")
        return modal("Sample", [notice, *_earlier(draw)], record_id=draw.cycle_id)
    previewing = bool(draw.strata)
    blocks = [*_outcome(draw), divider()] if previewing else [_how(draw), *_earlier(draw)]
    blocks += [*_boxes(draw.texts, by_area=draw.by_area), *_settings(draw)]
    submit = "Add these cases" if draw.storable else ("Check again" if previewing else "Check")
    shown = previewed(blocks, draw.mark)
    return modal("Draw a sample", shown, record_id=draw.cycle_id, verb=DRAW, submit=submit)


def _how(draw: Draw) -> Block:
    return context(_HOW.format("Within each area, the" if draw.by_area else "The"))


def texts(form: Form) -> tuple[str, ...]:
    """The texts of the boxes with the pasted list."""
    return tuple(form.texts.get(name, "") for name in _BOXES)


def _boxes(given: Sequence[str], *, by_area: bool) -> list[Block]:
    filled = [*given, *([""] * len(_BOXES))]
    hint = _HINT.format("reference, area" if by_area else "its reference")
    first = text_input(_BOXES[0], "List to draw from", filled[0], optional=False, hint=hint)
    rest = [
        text_input(name, "The list goes on", filled[place], hint="If it didn't fit above.")
        for place, name in enumerate(_BOXES[1:], 1)
    ]
    return [first, *rest]


def _settings(draw: Draw) -> list[Block]:
    agencies = [(each.id, each.label) for each in draw.agencies]
    many, example = ("How many from each area", "East: 5") if draw.by_area else ("How many cases", "15")
    quotas = text_input("quotas", many, draw.quotas, optional=False, hint=f"For example: {example}")
    seed = text_input(
        "seed", "Seed", draw.seed, limit=SEED_LIMIT, multiline=False, optional=False,
        hint="Made at random. Any other word or number will do, as long as it is chosen before the list is seen.",
    )  # fmt: skip
    hint = "For every case that is drawn. It can be changed for each case later."
    involved = multi_select("agencies", "Agencies involved", agencies, draw.chosen, len(agencies) or 1, hint=hint)
    return [quotas, seed, involved | {"optional": False}]


def _outcome(draw: Draw) -> list[Block]:
    if draw.bad:
        return [alert("Nothing was saved, since some lines can't be used: please correct them."), *bad_lines(draw.bad)]
    drawn = sum(len(each.drawn) for each in draw.strata)
    if not drawn:
        return [alert("Nothing would be drawn: look at the list, and at how many are wanted.")]
    top = f"*{count_of(drawn, 'case')} will be drawn with the seed “{escape(draw.seed)}”.*"
    return paragraphs([top, *(line for each in draw.strata for line in _stratum(each))])


def _stratum(each: Stratum) -> list[str]:
    few = ""
    if len(each.drawn) < each.wanted:
        few = f" ⚠️ Too few: {each.wanted} are wanted, so all {each.listed} are taken."
    if not each.wanted:
        few = " None is wanted." if not each.area else " None is wanted from here."
    area = f"*{escape(each.area)}:* " if each.area else ""
    return [f"{area}{len(each.drawn)} of {each.listed} listed.{few}", *_names(each.drawn)]


def _names(references: Sequence[str]) -> list[str]:
    """The references in lines of at most 50."""
    lines = range(0, len(references), _A_LINE)
    return [f"• {', '.join(map(escape, references[start : start + _A_LINE]))}" for start in lines]


def _earlier(draw: Draw) -> list[Block]:
    if not draw.earlier:
        return [] if draw.planned else [section("No sample was drawn.")]
    rows = [_sample(each, draw.now) for each in draw.earlier[:_MOST_SHOWN]]
    return [*(block for row in rows for block in row), divider()]


def _sample(line: SampleLine, now: datetime) -> list[Block]:
    drawn = f"*Drawn {stamp(line.drawn_at, now)}* by {escape(line.drawn_by)}, seed “{escape(line.seed)}”"
    check = actions(f"check-{line.id}", button("Draw it again to check", CHECK, line.id, about=line.seed))
    return [*paragraphs([drawn, _counts(line.strata)]), check]


def _counts(strata: Mapping[str, tuple[int, int]]) -> str:
    return " · ".join(f"{fitted(area, _AREA)} {drawn} of {listed}".lstrip() for area, (listed, drawn) in strata.items())


def stored(draw: Draw) -> View:
    """The confirmation of a sample that was drawn."""
    drawn = sum(len(each.drawn) for each in draw.strata)
    lines = [
        f"✅ *The sample is drawn: {count_of(drawn, 'case')} in {escape(draw.name)}.*",
        *(line for each in draw.strata for line in _stratum(each)),
        f"The seed “{escape(draw.seed)}” is kept with it, and a fingerprint of the list; the list itself isn't kept.",
    ]
    return done("Sample drawn", lines, clears=True)


def checking(line: SampleLine, now: datetime) -> View:
    """The form for the list from which a sample is to be drawn again."""
    top = [*_sample(line, now)[:-1], section("Paste the list from which it was drawn, in any order.")]
    return modal(
        "Check a sample",
        [*top, *_boxes((), by_area=all(line.strata))],
        record_id=line.id,
        verb=VERIFY,
        submit="Draw again",
    )


def checked(check: Check, now: datetime) -> View:
    """The result of drawing again: if it gave the same sample."""
    line = check.sample
    if check.bad:
        verdict: list[Block] = [alert("Some lines can't be read, so this isn't the list."), *bad_lines(check.bad)]
    elif not check.same:
        verdict = [alert("This isn't the list from which the sample was drawn.")]
    elif check.astray:
        away = "It is the same list, but these were drawn and aren't cases of this audit:"
        verdict = [alert(away), *paragraphs(_names(check.astray))]
    else:
        verdict = [
            section("✅ *The same list. Drawing again gives the same sample, and each is a case of this audit.*")
        ]
    areas = () if check.bad else check.drawn.items()
    titled = ((f"*{escape(area)}*" if area else "", _names(references)) for area, references in areas)
    drawn = [line for title, names in titled for line in (title, *names) if line]
    hashes = [f"Fingerprint of this list: `{check.list_hash}`", f"Fingerprint of the original list: `{line.list_hash}`"]
    blocks = [*_sample(line, now)[:-1], *verdict, *paragraphs(drawn), *(context(each) for each in hashes)]
    return modal("Check a sample", blocks, record_id=line.id)
