"""The software's own words, which stay in stored contents and decisions when people's texts are removed from them."""

from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from audit import scales
from audit.cycle import answered
from audit.disclosure import published_before
from audit.disclosure.published_before import THEME
from audit.moment import OUTSIDE
from audit.report import contents, paragraphs, provenance, public_facts
from audit.report.contents import AGENCY, AREA
from audit.report.publishable import Decision
from audit.scales import NOT_GRADED, REASONS
from audit.tools import YES_NO, Kind
from storage.text_removal import LastingWords

MOVED = ("up", "same", "down", "compared", "within_one")
"""The rows of a figure about moved grades."""


def _constants(module: ModuleType) -> Iterator[str]:
    for name, value in vars(module).items():
        if name.isupper():
            yield from (word for word in (value if isinstance(value, tuple) else (value,)) if isinstance(word, str))


_MODULES = (scales, answered, published_before, paragraphs, provenance, public_facts)

OURS = frozenset({
    *(word for module in _MODULES for word in _constants(module)),
    *OUTSIDE, *MOVED, *REASONS, *get_args(contents.Overall), *get_args(Kind),
    *(f"{NOT_GRADED}_{key}" for key in REASONS), *(choice.name for choice in YES_NO),
})  # fmt: skip

_READERS: Mapping[str, TypeAdapter[Any]] = {
    "reports": TypeAdapter(contents.Contents),
    "publications": TypeAdapter(Decision),
}


def named(table: str, text: str) -> frozenset[str]:
    """The areas and agencies in a stored report or publication, by their labels of then.

    Without learning themes: one may have been renamed because its label named somebody.
    """
    if table not in _READERS or not readable(table, text):
        return frozenset()
    said = _READERS[table].validate_json(text)
    if isinstance(said, Decision):
        return frozenset(fact.part for fact in said.facts if public_facts.OF.get(fact.what) in {AREA, AGENCY})
    return frozenset({*said.areas, *(label for agency in said.agencies for label in agency)})


def themes(table: str, text: str) -> tuple[str, ...]:
    """The learning themes in a stored report or publication, by their labels of then."""
    if table not in _READERS or not readable(table, text):
        return ()
    said = _READERS[table].validate_json(text)
    if isinstance(said, Decision):
        return tuple(sorted({fact.part for fact in said.facts if public_facts.OF.get(fact.what) == THEME}))
    return tuple(each.label for each in said.themes)


def readable(table: str, text: str) -> bool:
    """Whether a stored text can still be read, and counted from, after words were removed from it."""
    try:
        if table in _READERS:
            _READERS[table].validate_json(text)
    except ValidationError:
        return False
    return True


LASTING = LastingWords(OURS, readable, named, themes)
