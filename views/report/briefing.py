"""The learning briefing: one page for teams, with questions; it names no case, so anybody may read it."""

from collections.abc import Iterator

from audit.report.contents import Contents, Theme
from audit.report.disclosure import LEFT_OUT, Publishable
from audit.report.telling import NAMES, STRENGTHS, THEMES
from views.documents import Bullets, Document, Heading, Paragraph, Part, said
from views.parts import count_of, shorten
from views.report.numbers import listed

MOST_THEMES = 5
MOST_WORDS = 300
"""Characters of a recommendation: the briefing is one page."""
QUESTIONS = (
    "Think of a child you work with now. Who knows about “{theme}” there, and how do you know that they know?",
    "When did “{theme}” last go well in your team? What made that possible?",
    "What would a child or a parent say about “{theme}” and us?",
    "Who do you ring about “{theme}” when you are not sure? Is that person still the right one?",
    "What is one thing about “{theme}” that we could do differently from next week?",
)


def draft(contents: Contents) -> str:
    """A line that nothing here is final yet."""
    return f"DRAFT: {contents.ratified} of {count_of(contents.tally.ratified.total, 'case')} ratified."


def briefing(contents: Contents, shown: Publishable, version: int) -> Document:
    """The page, of a version of the report; `shown`: what people outside may be told."""
    foot = f"Audit {contents.number} · learning briefing · version {version}"
    name = f"audit-{contents.number}-briefing-v{version}"
    return Document(name, f"{contents.title}: learning briefing", foot, tuple(_parts(contents, shown)))


def _parts(contents: Contents, shown: Publishable) -> Iterator[Part]:
    themes = _most(contents, shown)
    cases = count_of(contents.tally.ratified.total, "case")
    yield Heading("What was audited", 2)
    agencies = count_of(len(contents.agencies), "agency", "agencies")
    yield Paragraph((f"{agencies} looked together at {cases}. The theme: {contents.theme}.",))
    yield Heading("What came up most", 2)
    yield Bullets(
        tuple(said(_found(each, shown)) for each in themes)
        or (said("No learning theme yet." if shown.tells(NAMES) else f"Which themes came up is {LEFT_OUT}."),)
    )
    if shown.tells(STRENGTHS):
        yield Heading("What went well", 2)
        yield from _went_well(contents, themes)
    yield Heading("What to do differently", 2)
    asked = [said(shorten(" ".join(each.text.split()), MOST_WORDS)) for each in contents.recommendations[:MOST_THEMES]]
    yield Bullets(tuple(asked) or (said("The sub-group has made no recommendation yet."),))
    yield Heading("Questions for your team meeting", 2)
    asking = zip(themes, QUESTIONS, strict=False)
    yield Bullets(
        tuple(said(question.format(theme=each.label)) for each, question in asking)
        or (said("What have we learned from working with other agencies this month?"),)
    )


def _most(contents: Contents, shown: Publishable) -> tuple[Theme, ...]:
    """The themes of the most cases; where that isn't told, the first by name; none where their names aren't."""
    if not shown.tells(NAMES):
        return ()
    ordered = contents.themes if shown.tells(THEMES) else sorted(contents.themes, key=lambda each: each.label)
    return tuple(ordered[:MOST_THEMES])


def _went_well(contents: Contents, themes: tuple[Theme, ...]) -> Iterator[Part]:
    """Where strengths were found: how often, not in whose words."""
    strong: dict[str, set[str]] = {each.label: set() for each in themes}
    anywhere: set[str] = set()
    for found in contents.findings:
        if found.kind == "strength":
            anywhere.add(found.reference)
            if found.theme in strong:
                strong[found.theme].add(found.reference)
    if not anywhere:
        yield Paragraph(("No strength has been recorded yet.",))
        return
    total = contents.tally.ratified.total
    named = [f"{label} ({len(references)})" for label, references in strong.items() if references]
    most = f" Most of all about: {listed(named)}." if named else ""
    yield Paragraph((f"The meeting found strengths in {len(anywhere)} of {count_of(total, 'case')}.{most}",))


def _found(theme: Theme, shown: Publishable) -> str:
    found = f": {len(theme.references)} of {count_of(theme.of, 'case')}" if shown.tells(THEMES) else ""
    return f"{theme.label}{found}"
