"""The learning briefing: seven minutes for a team, with questions. It names no case, so anybody may read it."""

from collections.abc import Iterator

from audit.report.contents import Contents, Recommended, Theme
from audit.report.public_facts import NAMES, STRENGTHS, THEMES, in_how_many
from audit.report.publishable import LEFT_OUT, Publishable
from views.documents import Bullets, Document, Heading, Line, Paragraph, Part, Strong, Table, inline
from views.parts import count_of, shorten
from views.report.numbers import by_frequency, ended, in_a_sentence
from views.report.written_parts import of_theme
from views.words import on

MOST_THEMES = 5
MOST_WORDS = 300
"""The most characters of a recommendation; the briefing has at most two pages."""
_QUESTIONS = (
    "Think of a child you work with now. Who knows about “{theme}” there, and how do you know that they know?",
    "When did “{theme}” last go well in your team? What made that possible?",
    "What would a child or a parent say about “{theme}” and us?",
    "Who do you ring about “{theme}” when you are not sure? Is that person still the right one?",
    "What is one thing about “{theme}” that we could do differently from next week?",
)
HOW = (
    "This briefing takes a team seven minutes: three to read, four to talk. It names no child and no case. What is"
    " agreed at the end is the team's own: nobody collects it."
)
GRADES = "The audit looked at how agencies worked together around each child, not at one worker or one agency."


def draft(contents: Contents) -> str:
    """A line that says that nothing is final yet."""
    return f"DRAFT: {contents.ratified} of {count_of(contents.tally.ratified.total, 'case')} ratified."


def briefing(contents: Contents, shown: Publishable, version: int) -> Document:
    """The briefing of a version of the report; `shown`: what may be published."""
    foot = f"Audit {contents.number} · learning briefing · version {version}"
    name = f"audit-{contents.number}-briefing-v{version}"
    return Document(name, f"{contents.title}: seven-minute briefing", foot, tuple(_parts(contents, shown)))


def _parts(contents: Contents, shown: Publishable) -> Iterator[Part]:
    yield Paragraph((HOW,))
    yield Heading("1 What happened")
    yield from _happened(contents)
    yield Heading("2 Why it matters")
    yield from _matters(contents, shown)
    yield Heading("3 What to do")
    yield from _doing(contents)
    yield Heading("4 Talk about it")
    yield Bullets(tuple(map(inline, _questions(contents, shown))))
    yield Heading("5 What we will do")
    blank = tuple((inline("\n"), inline(""), inline("")) for _ in range(3))
    yield Table("Agreed in our team", ("What", "Who", "By when"), blank, (9, 4, 4))


def _happened(contents: Contents) -> Iterator[Part]:
    cases = count_of(contents.tally.ratified.total, "case")
    agencies = count_of(len(contents.agencies), "agency", "agencies")
    met = [each.on for each in contents.method.meetings]
    when = f" Audit meetings discussed every one of them by {on(max(met))}." if met else ""
    theme = f"The theme: {ended(contents.theme)}"
    period = f" The period looked at: {ended(contents.period)}" if contents.period else ""
    yield Paragraph((f"{agencies} looked together at {cases}. {theme}{period}{when} {GRADES}",))


def _matters(contents: Contents, shown: Publishable) -> Iterator[Part]:
    if not shown.tells(NAMES):
        yield Paragraph((f"Which themes came up is {LEFT_OUT}.",))
    elif not contents.themes:
        yield Paragraph(("No learning theme came up.",))
    changing, well = _most(contents, shown, strength=False), _most(contents, shown, strength=True)
    if changing:
        yield Paragraph((Strong("What needs to change:"),))
        yield Bullets(tuple(_found(each, shown) for each in changing))
        yield from _in_words(contents, changing, shown)
    if well:
        yield Paragraph((Strong("What works well, and should continue:"),))
        yield Bullets(tuple(_found(each, shown) for each in well))
    if shown.tells(STRENGTHS):
        yield Paragraph((_went_well(contents, (*well, *changing)),))


def _in_words(contents: Contents, themes: tuple[Theme, ...], shown: Publishable) -> Iterator[Part]:
    """The paragraphs that people wrote about these themes for publication, the first one for each."""
    for each in themes:
        paragraphs = [part for part in of_theme(contents, each.label, shown) if isinstance(part, Paragraph)]
        yield from (Paragraph(inline(Strong(f"{each.label}: "), *part.line)) for part in paragraphs[:1])


def _most(contents: Contents, shown: Publishable, *, strength: bool) -> tuple[Theme, ...]:
    """Themes of one sign, most frequent first; by name if counts aren't published; none if names aren't published."""
    if not shown.tells(NAMES):
        return ()
    return tuple(by_frequency((each for each in contents.themes if each.strength == strength), shown)[:MOST_THEMES])


def _found(theme: Theme, shown: Publishable) -> Line:
    frequency = f": in {in_how_many(len(theme.references), theme.of)} cases" if shown.tells(THEMES) else ""
    return inline(f"{theme.label}{frequency}")


def _went_well(contents: Contents, themes: tuple[Theme, ...]) -> str:
    """The number of cases with strengths, in all and by theme."""
    strong: dict[str, set[str]] = {each.label: set() for each in themes}
    anywhere: set[str] = set()
    for finding in contents.findings:
        if finding.kind == "strength":
            anywhere.add(finding.reference)
            if finding.theme in strong:
                strong[finding.theme].add(finding.reference)
    if not anywhere:
        return "No strength has been recorded yet."
    total = contents.tally.ratified.total
    named = [f"{label} ({in_how_many(len(references), total)})" for label, references in strong.items() if references]
    most = f" Most often about: {in_a_sentence(named)}." if named else ""
    return f"The meeting found strengths in {len(anywhere)} of {count_of(total, 'case')}.{most}"


def _doing(contents: Contents) -> Iterator[Part]:
    if not contents.recommendations:
        yield Paragraph(("The sub-group has made no recommendation yet.",))
        return
    yield Bullets(tuple(_asked(each) for each in contents.recommendations[:MOST_THEMES]))


def _asked(recommended: Recommended) -> Line:
    whom = f" ({in_a_sentence(recommended.agencies)})" if recommended.agencies else ""
    return inline(shorten(" ".join(recommended.text.split()), MOST_WORDS), whom)


def _questions(contents: Contents, shown: Publishable) -> list[str]:
    themes = (*_most(contents, shown, strength=False), *_most(contents, shown, strength=True))
    asking = [question.format(theme=each.label) for each, question in zip(themes, _QUESTIONS, strict=False)]
    return asking or ["What have we learned from working with other agencies this month?"]
