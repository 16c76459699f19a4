"""Whether a text states a number, a share, a grade or an area, which only tables may show in public.

What the public edition's tables show is checked against all publications (audit.report.publishable); what a sentence
says can't be. A text that is included by name may state none at all (`first_in`). What every edition has anyway, such
as a recommendation, is full of numbers that count no case ("within ten days"), so those are passed over (`stated`).
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
_NUMBER = rf"(?:\d[\d.,]*|one|{_NUMBERS})"
_MONTH = "(?-i:January|February|March|April|May|June|July|August|September|October|November|December)"
_UNIT = (
    "(?:minutes?|hours?|days?|nights?|weeks?|weekly|months?|monthly|terms?|years?|year-olds?|pages?|sides?|lines?"
    "|agenc(?:y|ies)|partners?|services?|teams?|boards?|schools?|professionals?|practitioners?|workers?|managers?"
    "|champions?|questions?|steps?|stages?|levels?)"
)
_NUMBERED = (
    "(?:section|level|tier|stage|step|part|year|form|version|audit|theme|profile|phase|question|recommendation|action"
    "|page)"
)
_HAPPENED = (
    r"(?:\b(?:was|were|had|did|been|came|went|got|took|fell|saw|knew|gave)\b|n['\u2019]t\b"
    r"|(?<!are )(?<!be )(?<!is )\b(?:left|said|made|lost|kept|found|told)\b"
    r"|(?<!are )(?<!be )(?<!is )\b\w+ed (?:an?|any|at|by|for|her|his|in|its|no|on|the|their|to|with)\b)"
)
_OF_NO_CASE = re.compile(
    "|".join(
        [
            # of days, pages or agencies: "within ten working days", "a two-page guide"
            rf"\b{_NUMBER}(?:(?:-| to | or | and ){_NUMBER})?(?:[ -](?:working|calendar|school|more))?[ -]{_UNIT}\b",
            # of years of age: "aged 5 to 11", "after eighteen", "under-5s"
            rf"\b(?:aged?|ages) {_NUMBER}(?: to {_NUMBER})?",
            rf"\b(?:turn(?:s|ed|ing)?|after|before|until|at) {_NUMBER}(?=[.,;:)]|$| (?:and|or|to|if|when|between)\b)",
            rf"\b(?:under|over)[- ]{_NUMBER}s\b|\bchildren under {_NUMBER}\b|\b\d+\+|\b\d\d?-\d\d (?:service|team)",
            # numbers that are names or dates: "Section 47", "31 March", "2023/24"
            rf"\b(?:{_NUMBERED} |s\.)\d+|\b\d\d?(?:st|nd|rd|th)? {_MONTH}\b|\b20\d\d[/-]\d\d(?:\d\d)?\b|\b24/7\b",
            # idioms
            r"\bonce (?:the|they|it|he|she|you|we|this|that)\b|\bat once\b|\b(?:once|twice) (?:an?|per|every|each)\b",
            r"\bhalf an?\b|\b(?:first|second|third|last|next|each|every|per|this|a) quarter\b|\bminority ethnic\b",
            r"\ba third (?:party|sector|person|time)\b|\bsingle[ -]parents?\b|\bboth parents\b",
            r"(?:^|[.:] )(?:good|outstanding) (?!(?:and|by|for|in|is|or|was|were)\b)[a-z]",
            # not a number: "some children"
            rf"\b(?:some|several|many|any) (?:\w+ )?(?:{_CASES})\b",
            # "one shared form", but not "only one", "one of", "one child", "one was", "one plan was"
            "".join(rf"(?<!{word} )" for word in ("but", "just", "least", "only", "other", "than", "the"))
            + rf"\bone(?! (?:of|in|out|who|whose)\b| (?:\w+ ){{0,2}}(?:{_CASES})\b| (?:\w+ ){{0,3}}{_HAPPENED}) \w",
            # "each child has a plan", but not "in each case", "each child had a plan"
            rf"(?<!in )\b(?:all|each|every|everybody|everyone|no|nobody)\b(?![^.!?]*{_HAPPENED})",
        ]
    ),
    re.IGNORECASE,
)
"""Phrases in which a number (or a word like "every") counts no case."""


def first_in(text: str, labels: Iterable[str]) -> str:
    """The first words of `text` that state a number or share, or are one of `labels` (grades, areas); "" if none.

    A year isn't a number. A label in lower case is an ordinary word ("it is central").
    """
    return _first(_stating(_plain(text), labels))


def counting_in(text: str, labels: Iterable[str]) -> str:
    """As `first_in`, but without numbers that count no case: of days, agencies or years of age, and the like."""
    plain = _plain(text)
    otherwise = [each.span() for each in _OF_NO_CASE.finditer(plain)]
    return _first(
        each for each in _stating(plain, labels) if not any(start <= each.start() < end for start, end in otherwise)
    )


def _plain(text: str) -> str:
    return " ".join(legible.plain(text).split())


def _stating(plain: str, labels: Iterable[str]) -> Iterator[re.Match[str]]:
    yield from (each for each in _FIGURE.finditer(plain) if not _YEAR.fullmatch(each.group()))
    yield from _TOLD.finditer(plain)
    for label in filter(None, labels):
        said = re.finditer(rf"(?<!\w){re.escape(label)}(?!\w)", plain, re.IGNORECASE)
        yield from (each for each in said if not each.group().islower())


def _first(matches: Iterable[re.Match[str]]) -> str:
    first = min(matches, key=lambda each: each.start(), default=None)
    return first.group().strip(".,") if first else ""


def stated(contents: Contents) -> Iterator[tuple[str, str]]:
    """(what it is, the first words) of each text that every edition has as it is, if it may count cases."""
    scales = (contents.scale, *(each.scale for each in contents.sections))
    labels = (*(grade.label for scale in scales for grade in scale.grades), *contents.areas)
    for what, text in _texts(contents):
        if words := counting_in(text, labels):
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
