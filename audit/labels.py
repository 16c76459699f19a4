"""Kinds of short text (labels, references, Slack ids), and what each may contain wherever it is typed or read."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, TypeAdapter

from audit.identifiers import find


def _pseudonymous(reference: str) -> str:
    kind = "an NHS number, as ten digits may be" if reference.isdigit() else find.find(reference)
    if kind:
        raise ValueError(f"a case reference must not be {kind}")
    return reference


def _printable(text: str) -> str:
    if not all(character.isprintable() for character in text):
        raise ValueError("it has characters that nobody sees, as some emoji have within: leave them out")
    return text


def _in_one_line(text: object) -> object:
    return " ".join(text.split()) if isinstance(text, str) else text


def _worded(text: str) -> str:
    if text and not any(character.isalnum() for character in text):
        raise ValueError("a letter or a digit has to be in it")
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_printable)]
SLACK_ID = re.compile(r"[A-Z0-9]{1,32}")
SlackId = Annotated[str, StringConstraints(pattern=rf"^{SLACK_ID.pattern}$")]
"""The id of a Slack team, user or channel."""
Words = Annotated[Text, AfterValidator(_worded)]
"""Text that people recognise something by: it has a letter or a digit."""
Label = Annotated[Words, Field(max_length=75)]
ShortLabel = Annotated[Words, Field(max_length=20)]
Reference = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[\w./-]{1,40}$"), AfterValidator(_pseudonymous)
]
"""A pseudonymous case reference."""

TITLE = THEME = 100
"""The most characters of an audit's title, and of its theme."""
ORIGIN = 1000
"""The most characters of an audit's origin."""
PERIOD = 100
"""The most characters of the period that an audit looks at."""
KEY_HOLDER = 200
"""The most characters of the words that say who holds the key to the references."""
Title = Annotated[Words, Field(max_length=TITLE)]
Theme = Annotated[Words, Field(max_length=THEME)]
Origin = Annotated[Words, BeforeValidator(_in_one_line), Field(max_length=ORIGIN)]
"""An audit's origin. Line breaks become spaces, since the report puts it in a sentence."""
_Unless = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_printable), AfterValidator(_worded)]
Period = Annotated[_Unless, Field(max_length=PERIOD)]
"""The period that an audit looks at, in the words that leads read; "" if none is given."""
KeyHolder = Annotated[_Unless, Field(max_length=KEY_HOLDER)]
"""Who holds the key to the references, in the words that leads read; "" if nobody is named."""

AS_TEXT: TypeAdapter[str] = TypeAdapter(Text)
AS_LABEL: TypeAdapter[str] = TypeAdapter(Label)
AS_SHORT_LABEL: TypeAdapter[str] = TypeAdapter(ShortLabel)
AS_REFERENCE: TypeAdapter[str] = TypeAdapter(Reference)
"""These four check one typed text at a time (audit.pasted.fitting)."""


def within(name: str, area: str | None) -> str:
    """An agency or a case with its area: "Police (East)". Only its name if it is for all areas, or there are none."""
    return f"{name} ({area})" if area else name


def about_areas(areas: str) -> str:
    """What a meeting is about, to follow "meeting": " about East, North"; "" if the audit has no areas."""
    return f" about {areas}" if areas else ""
