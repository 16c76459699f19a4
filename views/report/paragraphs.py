"""What people write for the report: the list of places for texts, and the form of each."""

from collections.abc import Iterator

from audit.report.paragraphs import CHAPTERS, TEXT, OpenText, PlaceText, ReportPlace, Writing
from views.confirming import previewed
from views.findings.earlier_text import earlier
from views.pages import Unit, closes_all, pages
from views.parts import (
    Block,
    View,
    actions,
    alert,
    button,
    confirmed,
    context,
    count_of,
    divider,
    escape,
    header,
    modal,
    section,
    shorten,
    text_input,
    verbatim,
)
from views.words import stamp

SHOW = "paragraphs.show"
"""The button that lists the places (value: the cycle's id)."""
PAGE = "paragraphs.page"
EDIT = "paragraph.edit"
"""The button that replaces the list by a place's form (value: the place's key)."""
SAVE = "paragraph.save"
"""The callback id of a place's form (record: the cycle's id); its mark has the place and the version that it shows."""
LET_IN = "paragraph.public"
"""The button in a place's form that includes the text in the public edition (value: the text's id)."""
KEEP_OUT = "paragraph.inside"
"""The button in a place's form that takes the text out of the public edition (value: the text's id)."""
TITLE = "Texts of the report"

CALLED = {
    "summary": "Executive summary",
    "introduction": "Introduction and background",
    "scoring": "Scoring",
    "themes": "Themes",
    "next_steps": "Next steps",
}
"""Chapter -> its label."""
_SHOWN = 300
_CAUTION = (
    "*Write no names, no references of cases, nothing that identifies anybody.* It appears at the top of its chapter "
    "or theme. A blank line begins a new paragraph."
)
_FULL = "It appears in the full edition only."
_PUBLIC = (
    "It is in the public edition too, and may be in the learning briefing; anybody can read them. So it must give no "
    "number, share, grade or area, and nothing about what happened to one child. If the text changes, it has to be "
    "included again."
)
_QUICKER = (
    "This text was changed while you were writing. Nothing of yours is lost: it is below, under the current text. "
    "Saving replaces that with yours."
)


def view(writing: Writing, page: int = 0, *, notice: str = "") -> View:
    """A page of the report's places, with the text in each."""
    current = pages(_units(writing)).nearest(page)
    top = [section(f"*{escape(writing.title)}*{current.where}")]
    top += [section(f"✅ *{escape(notice)}*")] if notice else []
    shown = modal(TITLE, [*top, *current.blocks, *current.turning(PAGE)], record_id=writing.cycle_id)
    return closes_all(shown) if notice else shown


def _units(writing: Writing) -> Iterator[Unit]:
    places = [each for each in writing.places if each.counts_as is None]
    empty = sum(not _stands(each) for each in places)
    missing = f"{count_of(empty, 'place is', 'places are')} still empty." if empty else "Every text is written."
    yield "", [section(f"{missing} The next version of the report uses what is here then.")]
    for each in places:
        if each.key == CHAPTERS[0] or (each.theme and places[len(CHAPTERS)] is each):
            yield "", [header("Chapters" if each.key in CHAPTERS else "Learning themes")]
        yield "", _place(writing, each)
    without_theme = [each for each in writing.places if each.counts_as is not None]
    if without_theme:
        yield "", [header("Texts about themes that the report doesn't have")]
    for each in without_theme:
        yield "", [section(f"*{escape(each.theme or '')}*{_counts_as(each)}"), *(_beginning(writing, each.text))]


def _stands(place: ReportPlace) -> bool:
    return place.text is not None and bool(place.text.text)


def _counts_as(place: ReportPlace) -> str:
    return f" · counts as {escape(place.counts_as)} now" if place.counts_as else " · no finding is about it now"


def name(place: ReportPlace) -> str:
    """A place's label."""
    return place.theme or CALLED[place.key]


def _place(writing: Writing, place: ReportPlace) -> list[Block]:
    stands = _stands(place)
    change = button("Change" if stands else "Write", EDIT, place.key, about=name(place), primary=False)
    title = f"*{escape(name(place))}*"
    if not stands:
        return [section(f"{title} · empty", change)]
    return [section(title, change), *_beginning(writing, place.text)]


def _beginning(writing: Writing, text: PlaceText | None) -> list[Block]:
    """The beginning of a text, who wrote it when, and whether it is in the public edition."""
    if text is None or not text.text:
        return []
    who = f"{escape(text.by)}, {stamp(text.at, writing.now)}"
    public = f" · also in the public edition, as {escape(text.public_by)} decided" if text.public else ""
    return [*verbatim(shorten(text.text, _SHOWN)), context(f"{who}{public}")]


def form(opened: OpenText, *, notice: str = "") -> View:
    """The form of a place. Its mark has the version that it shows."""
    place, text = opened.place, opened.place.text
    blocks = [section(f"*{escape(name(place))}*")]
    blocks += [section(f"✅ *{escape(notice)}*")] if notice else []
    if opened.again and text is not None:
        written = context(f"{escape(text.by)}, {stamp(text.at, opened.now)}")
        blocks += [alert(_QUICKER), section("*What stands now:*"), *verbatim(text.text), written, divider()]
    box = text_input(TEXT, "Text", opened.typed, optional=text is not None)
    blocks += [section(_CAUTION), *previewed([box], f"{place.key}-{opened.base}")]
    if text is not None and text.text and not opened.again:
        blocks += _public(opened, text)
    blocks += earlier(opened.before)
    return modal("Text of the report", blocks, record_id=opened.cycle_id, verb=SAVE, submit="Save")


def _public(opened: OpenText, text: PlaceText) -> list[Block]:
    """A line that says if the saved text is in the public edition, and the coordinator's button to change that."""
    state = context(_PUBLIC if text.public else _FULL)
    if not opened.coordinates:
        return [state]
    if text.public:
        return [state, actions("public", button("Leave it out of the public edition", KEEP_OUT, text.id))]
    asking = (
        "As it was last saved, not as it is typed now. It may be in the learning briefing too. Anybody may then read "
        "it."
        " The decision is recorded in your name."
    )
    let_in = confirmed(
        button("Include it in the public edition", LET_IN, text.id),
        "Include it in the public edition?",
        asking,
        "Let it in",
    )
    return [state, actions("public", let_in)]
