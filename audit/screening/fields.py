"""A form's texts before anything of them is kept: each there where it must be, no longer than fits, and screened."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from audit.access import Actor
from audit.errors import Question, refuse
from audit.screening import screen
from audit.tools import TEXT_LIMIT


@dataclass(frozen=True)
class TypedField:
    """What was typed in a field; `missing`: what is said where nothing was, "" if the field may be empty.

    `limit` in characters.
    """

    text: str
    missing: str = ""
    limit: int = TEXT_LIMIT


def check(
    session: Session,
    who: Actor,
    texts: Mapping[str, TypedField],
    wrong: Mapping[str, str] | None = None,
    beside: Mapping[str, Question] | None = None,
) -> None:
    """Refuse what is missing, too long or identifies somebody; Asking where it only may (audit.screening.screen).

    `wrong`: what else is wrong in the same form, `beside`: what else is asked in it, by field, so that all of it is
    said at once.
    """
    refuse({**(wrong or {}), **faults(texts)})
    screen.screen(session, who, {field: typed.text for field, typed in texts.items()}, beside)


def faults(texts: Mapping[str, TypedField]) -> dict[str, str]:
    """What is said at each field where something is missing or too long."""
    said = {field: _fault(typed) for field, typed in texts.items()}
    return {field: sentence for field, sentence in said.items() if sentence}


def _fault(typed: TypedField) -> str:
    if not typed.text.strip():
        return typed.missing
    if len(typed.text) > typed.limit:
        return f"This has {len(typed.text):,} characters; at most {typed.limit:,} fit."
    return ""
