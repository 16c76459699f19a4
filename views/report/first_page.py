"""A report's first page: the audit in brief, with the report's own figures, for those who read no further."""

from collections.abc import Iterator

from audit.cycle.tally import CAVEAT, CAVEAT_OUTSIDE
from audit.report.contents import Contents, Theme
from audit.report.provenance import CASES, RATIFIED, THEME
from audit.report.public_facts import JUDGEMENTS, NAMES, THEMES, in_how_many
from audit.report.publishable import LEFT_OUT, Publishable
from audit.scales import NOT_GRADED, NOT_GRADED_LABEL, REASONS
from views.documents import Bullets, Heading, Line, Paragraph, Part, Piece, inline
from views.parts import shorten
from views.report.numbers import Numbers, by_frequency, ended, in_a_sentence

TITLE = "Summary"
MOST = 6
"""The most learning themes of each sign, and the most recommendations, on the page."""
_WORDS = 220
"""The most characters of a recommendation here; Next Steps has its full text."""


def summary(contents: Contents, numbers: Numbers, public: Publishable | None) -> Iterator[Part]:
    """The page; `public`: what may be published, None in the full edition."""
    yield Heading(TITLE)
    yield Heading("What was audited", 2)
    total = contents.tally.ratified.total
    agencies = in_a_sentence(label for label, _ in contents.agencies)
    cases = " case of a child" if total == 1 else " cases"
    yield Paragraph(inline(
        f"{ended(contents.theme)} ", *numbers.line(total, CASES), f"{cases} looked at together by {agencies}.",
    ))  # fmt: skip
    if contents.overall != "none":
        yield Heading("What the audit meetings judged", 2)
        yield from _judged(contents, numbers, public)
    yield Heading("What was learned", 2)
    yield from _learned(contents, numbers, public)
    yield Heading("What happens next", 2)
    yield from _next(contents)


def _judged(contents: Contents, numbers: Numbers, public: Publishable | None) -> Iterator[Part]:
    if public and not public.tells(JUDGEMENTS):
        yield Paragraph((f"The judgements are {LEFT_OUT}.",))
        return
    count, scale = contents.tally.ratified, contents.scale
    counts = [
        inline(*numbers.line(count.grades[grade.key], RATIFIED, "", grade.key), f" {grade.label}")
        for grade in scale.grades
    ]
    if count.not_graded_in_all:
        rows = (f"{NOT_GRADED}:{reason}" for reason in REASONS)
        counts.append(
            inline(*numbers.line(count.not_graded_in_all, RATIFIED, "", *rows), f" {NOT_GRADED_LABEL.lower()}")
        )
    if count.awaiting:
        counts.append(inline(*numbers.line(count.awaiting, RATIFIED, "", "awaiting"), " not ratified yet"))
    yield Paragraph(inline(f"Of {count.total:,}: ", *_joined(counts), "."))
    yield Paragraph((CAVEAT_OUTSIDE if public else CAVEAT,))


def _joined(lines: list[Line]) -> Iterator[Piece]:
    """The lines joined into a sentence: a, b and c."""
    for place, line in enumerate(lines):
        yield "" if place == 0 else " and " if place == len(lines) - 1 else ", "
        yield from line


def _learned(contents: Contents, numbers: Numbers, public: Publishable | None) -> Iterator[Part]:
    if public and not public.tells(NAMES):
        yield Paragraph((f"The learning themes are {LEFT_OUT}.",))
        return
    if not contents.themes:
        yield Paragraph(("No learning theme has been linked to a finding.",))
    for strength, lead in ((True, "What works well: "), (False, "What needs to change: ")):
        themes = by_frequency((each for each in contents.themes if each.strength == strength), public)
        if themes:
            more = [inline(f"{len(themes) - MOST} more, under Themes")] if len(themes) > MOST else []
            named = [_theme(each, numbers, public) for each in themes[:MOST]]
            yield Paragraph(inline(lead, *_joined([*named, *more]), "."))


def _theme(theme: Theme, numbers: Numbers, public: Publishable | None) -> Line:
    if public and not public.tells(THEMES):
        return inline(theme.label)
    if public:
        return inline(f"{theme.label} ({in_how_many(len(theme.references), theme.of)})")
    number = numbers.line(len(theme.references), THEME, theme.label)
    return inline(f"{theme.label} (", *number, f" of {theme.of})")


def _next(contents: Contents) -> Iterator[Part]:
    if not contents.recommendations:
        yield Paragraph(("The sub-group has made no recommendation yet.",))
        return
    shown = contents.recommendations[:MOST]
    yield Bullets(tuple(inline(shorten(" ".join(each.text.split()), _WORDS)) for each in shown))
    if len(contents.recommendations) > MOST:
        yield Paragraph((f"and {len(contents.recommendations) - MOST} more, under Next Steps.",))
