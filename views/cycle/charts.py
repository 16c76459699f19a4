"""Charts drawn by Slack, and pictures of them; the numbers always stand beside them in words, too."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from audit.cycle.tally import CAVEAT, Count
from audit.scales import NOT_GRADED_LABEL, Scale
from views.parts import Block, count_of, shorten
from views.pictures import Bar, Panel, Picture
from views.returns.grades import AWAITED, BY_SECTION, DIDNT_COME

LABEL_LIMIT = 20
TITLE_LIMIT = 50
_MOST_SERIES = 6
_MOST_POINTS = 20
_MOST_PANELS = 12
_ALT_LIMIT = 2000
_NOT_GRADED_COLOUR, _APART_COLOUR = "#505a5f", "#b1b4b6"


def grade_chart(title: str, scale: Scale, parts: Mapping[str, Count]) -> Block | None:
    """A bar chart: a group for each grade, with a bar for each part. None if there is nothing to draw, or too much."""
    bars = {name: [*_bars(scale, part, parts.values())] for name, part in parts.items()}
    categories = [bar.label for bar in next(iter(bars.values()), [])]
    names = [shorten(name, LABEL_LIMIT) for name in parts]
    drawn = [[bar.number for bar in of_part] for of_part in bars.values()]
    if not any(map(any, drawn)) or len(names) > _MOST_SERIES or len(categories) > _MOST_POINTS:
        return None
    if len(set(names)) < len(names) or len(set(categories)) < len(categories):
        return None
    series = [
        {
            "name": name,
            "data": [{"label": label, "value": value} for label, value in zip(categories, values, strict=True)],
        }
        for name, values in zip(names, drawn, strict=True)
    ]
    axis = {"categories": categories, "x_label": "Grade", "y_label": "How many"}
    chart = {"type": "bar", "series": series, "axis_config": axis}
    return {"type": "data_visualization", "title": shorten(title, TITLE_LIMIT), "chart": chart}


def grade_picture(
    title: str, about: str, scale: Scale, parts: Mapping[str, Count], *, returns: bool, caveat: str = CAVEAT
) -> Picture | None:
    """The chart as a picture with a caption that begins with `about`; None if there is nothing to draw or too much."""
    panels = tuple(
        Panel(name, _how_many(part, returns=returns), tuple(_bars(scale, part, parts.values())))
        for name, part in parts.items()
    )
    if not any(bar.number for panel in panels for bar in panel.bars) or len(panels) > _MOST_PANELS:
        return None
    picture = Picture(title, f"{about}. {caveat}", panels)
    return picture if len(picture.alt) <= _ALT_LIMIT else None


def _how_many(part: Count, *, returns: bool) -> str:
    absent = [f"{getattr(part, key)} {label.lower()}" for key, label in absences([part], returns=returns).items()]
    return ", ".join([count_of(part.total, "return" if returns else "case"), *absent])


def _bars(scale: Scale, part: Count, beside: Collection[Count]) -> Iterator[Bar]:
    """A bar for each grade, for Not graded and, if any part in `beside` has them, for not applicable and by section."""
    for grade in scale.grades:
        yield Bar(shorten(grade.short_label, LABEL_LIMIT), part.grades[grade.key], grade.colour)
    yield Bar(NOT_GRADED_LABEL, part.not_graded_in_all, _NOT_GRADED_COLOUR)
    if any(each.not_applicable for each in beside):
        yield Bar(shorten(scale.inapplicable, LABEL_LIMIT), part.not_applicable, _APART_COLOUR)
    if any(each.no_overall for each in beside):
        yield Bar(BY_SECTION, part.no_overall, _APART_COLOUR)


def image(picture: Picture | None) -> list[Block]:
    """The block for a picture, whose file `placed` fills in later; empty without a picture."""
    if picture is None:
        return []
    return [{"type": "image", "alt_text": picture.alt, "slack_file": {"id": picture.key}}]


def pictured(block: Block) -> str | None:
    """The key of the picture in a block; None if the block has none."""
    file = block.get("slack_file")
    return str(file["id"]) if isinstance(file, dict) else None


def placed(blocks: Iterable[Block], files: Mapping[str, str]) -> list[Block]:
    """The blocks with their pictures' files (`files`: key -> Slack's file id); pictures without one are left out."""
    complete = []
    for block in blocks:
        key = pictured(block)
        if key is None:
            complete.append(block)
        elif key in files:
            complete.append(block | {"slack_file": {"id": files[key]}})
    return complete


NOT_RATIFIED = "Not ratified yet"


def absences(parts: Iterable[Count], *, returns: bool) -> dict[str, str]:
    """The labels for missing returns or cases, of the kinds that these parts have: name of Count's field -> label."""
    if not returns:
        return {"awaiting": NOT_RATIFIED}
    parts = list(parts)
    missed = any(part.missed for part in parts)
    awaited = {"awaiting": AWAITED} if not missed or any(part.awaiting for part in parts) else {}
    return awaited | ({"missed": DIDNT_COME} if missed else {})
