"""Whether a text states a number, a share, a grade or an area, which only tables may show in public.

What the public edition's tables show is checked against all publications (audit.report.publishable); what a sentence
says can't be.
"""

import re
from collections.abc import Iterable, Iterator

from audit.identifiers import legible
from audit.report.contents import Contents

_NUMBERS = (
    "zero|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|dozens?|thousands?"
    "|once|twice|thrice|(?:two|three|four)fold|couple|handful|half|halves|thirds|quarters|fifths|sixths|tenths"
    "|percentages?|majority|minority|proportion|nobody|everybody|everyone"
)
_CASES = (
    "cases?|child|children|young (?:people|persons?|adults?)|famil(?:y|ies)|judgements?|grades?|returns?|siblings?"
    "|infants?|bab(?:y|ies)|pupils?|teenagers?|adolescents?|youngsters?|care[ -]leavers?|parents?|carers?"
)
_HOW_MANY = "all|every|each|no|none|only|most|many|few|fewer|some|several|both|either|neither|any|single"
_TOLD = re.compile(
    rf"""\b(?: {_NUMBERS}
    | one (?! [ ] another\b)
    | per [ ]? cent
    | a [ ] (?:third|quarter|fifth|sixth|seventh|eighth|ninth|tenth|few)
    | (?:{_HOW_MANY}) \s+ of \s+ (?:them|those|these)
    | (?:{_HOW_MANY}) \s+ (?:of \s+)? (?:(?:the|these|those|our|this) \s+)?
      (?:(?:looked \s after|[^\W\d_]+(?:-[^\W\d_]+)*) \s+)? (?:{_CASES})
    )\b | [%\u2030\u00bc-\u00be\u2150-\u215e]""".replace("young (", "young[ ]("),
    re.IGNORECASE | re.VERBOSE,
)
_FIGURE = re.compile(r"[\w.,/]*\d[\w.,/]*")
_YEAR = re.compile(r"(?:19|20)\d\d[.,]?")


def first_in(text: str, labels: Iterable[str]) -> str:
    """The first words of `text` that state a number or share, or are one of `labels` (grades, areas); "" if none.

    A year isn't a number. A label in lower case is an ordinary word ("it is central").
    """
    plain = " ".join(legible.plain(text).split())
    matches = [each for each in _FIGURE.finditer(plain) if not _YEAR.fullmatch(each.group())]
    matches += _TOLD.finditer(plain)
    for label in filter(None, labels):
        said = re.finditer(rf"(?<!\w){re.escape(label)}(?!\w)", plain, re.IGNORECASE)
        matches += [each for each in said if not each.group().islower()]
    return min(matches, key=lambda each: each.start()).group().strip(".,") if matches else ""


def stated(contents: Contents) -> Iterator[tuple[str, str]]:
    """(what it is, the first words) of each text that every edition has as it is, if it states one of these."""
    scales = (contents.scale, *(each.scale for each in contents.sections))
    labels = (*(grade.label for scale in scales for grade in scale.grades), *contents.areas)
    for what, text in _texts(contents):
        if words := first_in(text, labels):
            yield what, words


def _texts(contents: Contents) -> Iterator[tuple[str, str]]:
    """(what it is, text) of everything that isn't included by name, as report paragraphs are."""
    yield "the audit's title", re.sub(rf"\b{contents.number}\b", "", contents.title, count=1)  # "Audit 2": its number
    yield "the audit's theme", contents.theme
    yield "the audit's origin", contents.origin
    yield from ((f"the learning theme “{each.label}”", each.label) for each in contents.themes)
    yield from ((f"recommendation {each.number}", each.text) for each in contents.recommendations)
    for each in contents.actions:
        if each.recommendation and not each.reference:
            yield f"an action of recommendation {each.recommendation}", each.text
