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
_ANY_NUMBER = rf"(?: \d[\d.,]* | a | one | {_NUMBERS} ) (?: (?:-|[ ]to[ ]|[ ]or[ ]|[ ]and[ ]) (?: \d+ | {_NUMBERS} ))?"
_OF_AN_AGE = r"(?: 1[0-9] | 2[0-5] | thirteen | fourteen | fifteen | sixteen | seventeen | eighteen | nineteen | twenty(?:-five)? )"
_MEASURED = (
    "minutes?|hours?|days?|nights?|weeks?|weekly|months?|monthly|terms?|years?|year-olds?|pages?|sides?|lines?"
    "|agenc(?:y|ies)|partners?|services?|teams?|boards?|schools?|professionals?|practitioners?|workers?|managers?|leads?"
    "|champions?|questions?|steps?|stages?|levels?"
)
_BEFORE_A_NOUN = r"(?: [ -] (?:working|calendar|school|more|other|different|full|half|whole|lead) )?"
_DONE = r"\b(?:was|were|had|did|has[ ]been|have[ ]been|came|went|got|took)\b|n[’']t\b"
_COUNTS_NO_CASE = re.compile(
    rf"""
    \b {_ANY_NUMBER} {_BEFORE_A_NOUN} [ -] (?:{_MEASURED}) \b
    | \b (?: aged? | ages ) [ ] {_ANY_NUMBER}
    | \b (?: turn(?:s|ed|ing)? | reach(?:es|ed|ing)? | after | before | until | at ) [ ] {_OF_AN_AGE}
      (?! [ ] (?:of|out|{_CASES}) \b | [\w%] )
    | \b (?: under | over )[ -] (?: \d+ | {_NUMBERS} )s \b | \b children [ ] under [ ] (?: \d+ | {_NUMBERS} ) \b
    | \b \d+ \+ | \b \d\d? - \d\d [ ] (?:service|team|year)
    | \b (?: section | level | tier | stage | step | part | year | form | version | audit | theme | profile | phase
      | question | recommendation | action | page | grade | s\.) [ ]? \d+
    | \b \d\d? (?:st|nd|rd|th)? [ ] (?:january|february|march|april|may|june|july|august|september|october|november|december)
    | \b (?:19|20)\d\d [/-] (?:(?:19|20))?\d\d \b | \b 24/7 \b | \b covid-19 \b
    | \b (?: (?<!only[ ]) (?<!just[ ]) (?<!but[ ]) (?<!than[ ]) (?<!least[ ]) (?<!other[ ]) (?<!the[ ])
      one (?! [ ] (?: of | in | out | who | whose | {_CASES} ) \b
        | (?: [ ] \w+ ){{1,2}} [ ] (?:{_CASES}) \b
        | (?: [ ] \w+ ){{0,3}} [ ]? (?:{_DONE}) ) [ ] \w )
    | \b (?: at [ ] once | once [ ] (?:an?|per|every|each|the|they|it|he|she|you|we|this|that) ) \b
    | \b half [ ] an? \b | \b half-term \b | \b (?:first|second|third|last|next|each|every|per|this|a) [ ] quarter \b
    | \b a [ ] third [ ] (?:party|sector|person|time) \b | \b minority [ ] ethnic \b | \b single [ -] parents? \b
    | \b both [ ] parents \b
    | \b (?:some|several|many|any|either) \s (?: \w+ \s )? (?:{_CASES}) \b
    | (?<! in [ ] ) \b (?: all|every|each|no|everyone|everybody|nobody) \b
      (?= (?: [^.!?] (?! {_DONE}) )* (?: [.!?] | $ ) )
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Phrases in which a number, or "every", counts no case: times, ages, agencies, and what is to be done in each case."""


def first_in(text: str, labels: Iterable[str]) -> str:
    """The first words of `text` that state a number or share, or are one of `labels` (grades, areas); "" if none.

    A year isn't a number. A label in lower case is an ordinary word ("it is central").
    """
    return _first(_stating(_plain(text), labels))


def subtractable_in(text: str, labels: Iterable[str]) -> str:
    """As `first_in`, but without numbers that count no case: of days, agencies or years of age, and the like."""
    plain = _plain(text)
    otherwise = [each.span() for each in _COUNTS_NO_CASE.finditer(plain)]
    return _first(
        each
        for each in _stating(plain, labels)
        if not any(start <= each.start() < end for start, end in otherwise)
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
    """(what it is, the first words) of each text that every edition has as it is, if a reader could subtract with it."""
    scales = (contents.scale, *(each.scale for each in contents.sections))
    labels = (*(grade.label for scale in scales for grade in scale.grades), *contents.areas)
    for what, text in _texts(contents):
        if words := subtractable_in(text, labels):
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
