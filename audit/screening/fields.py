"""Checks of a form's texts before any of them is stored: required, within its length, and screened for identifiers."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from audit.access import Actor
from audit.errors import Question, refuse
from audit.screening import screen
from audit.tools import TEXT_LIMIT


@dataclass(frozen=True)
class TypedField:
    """The text of a field. `missing`: the sentence for an empty field, or "" if it may be empty.

    `limit`: the most characters allowed.
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
    """Refuse texts that are missing, too long or contain an identifier; NeedsConfirmation if they may contain one.

    `wrong`: other faults in the same form, and `beside`: other questions about it, by field, so that all are reported
    at once.
    """
    refuse({**(wrong or {}), **faults(texts)})
    screen.screen(session, who, {field: typed.text for field, typed in texts.items()}, beside)


def faults(texts: Mapping[str, TypedField]) -> dict[str, str]:
    """Field -> sentence, for each text that is missing or too long."""
    said = {field: _fault(typed) for field, typed in texts.items()}
    return {field: sentence for field, sentence in said.items() if sentence}


def _fault(typed: TypedField) -> str:
    if not typed.text.strip():
        return typed.missing
    if len(typed.text) > typed.limit:
        return f"This has {len(typed.text):,} characters; at most {typed.limit:,} fit."
    return ""
