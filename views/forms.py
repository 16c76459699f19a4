"""What people send: a submitted view becomes a typed form, its text cleaned once, here."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from audit.answers import GRADE, REASON, WHY, Answers
from audit.errors import Refused
from audit.meetings import ASSURANCES, Verdict
from views.parts import ANSWER

_UNKEPT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but for tab and line feed, and halves of surrogate pairs."""
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,63}")
_ID = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


_RECORD = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,32}$")]


class InvalidForm(Refused):
    """A payload that isn't this form: nothing in it can be trusted to mean what it seems to."""


class _Edge(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class _Option(_Edge):
    value: str


class _Input(_Edge):
    """What stands in one input; which of the three depends on its kind."""

    value: str | None = None
    selected_option: _Option | None = None
    selected_date: str | None = None

    @property
    def text(self) -> str:
        chosen = self.selected_option.value if self.selected_option else None
        return clean(self.value or chosen or self.selected_date or "")


class _State(_Edge):
    values: dict[str, dict[str, object]]


class _Submitted(_Edge):
    id: _ID
    private_metadata: _RECORD
    state: _State


def clean(text: str) -> str:
    """`text` as it is kept: composed, lines ended by LF, no control characters but those and tabs."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNKEPT.sub("", lines))


def _read(view: Mapping[str, object]) -> tuple[_Submitted, dict[str, str]]:
    """The view, and the text of each input by field; what isn't one of our inputs is passed over."""
    try:
        submitted = _Submitted.model_validate(dict(view))
        texts = {
            field: _Input.model_validate(block[ANSWER]).text
            for field, block in submitted.state.values.items()
            if ANSWER in block and _FIELD.fullmatch(field)
        }
    except ValidationError as error:
        sentence = "This form could not be read, so nothing was saved. Please close it and open it again."
        raise InvalidForm(sentence) from error
    return submitted, texts


@dataclass(frozen=True)
class ReturnForm:
    """A filled-in return. `record_id`: what it was filled from (audit.returns.OpenReturn)."""

    record_id: str
    view_id: str
    texts: Mapping[str, str]

    @classmethod
    def read(cls, view: Mapping[str, object]) -> Self:
        """From Slack's `view`; InvalidForm."""
        submitted, texts = _read(view)
        return cls(submitted.private_metadata, submitted.id, texts)

    def answers(self) -> Answers:
        """What was answered; "" where a question was left empty."""
        own = {GRADE, REASON, WHY}
        return Answers(
            sections={field: text for field, text in self.texts.items() if field not in own},
            grade=self.texts.get(GRADE) or None,
            not_graded_reason=self.texts.get(REASON) or None,
            why=self.texts.get(WHY, ""),
        )


@dataclass(frozen=True)
class VerdictForm:
    """What the meeting ratified, as the coordinator filled it in."""

    case_id: str
    texts: Mapping[str, str]

    @classmethod
    def read(cls, view: Mapping[str, object]) -> Self:
        """From Slack's `view`; InvalidForm."""
        submitted, texts = _read(view)
        return cls(submitted.private_metadata, texts)

    def verdict(self) -> Verdict:
        """The judgement to ratify; "" where an assurance was left empty."""
        return Verdict(
            grade=self.texts.get(GRADE) or None,
            not_graded_reason=self.texts.get(REASON) or None,
            why=self.texts.get(WHY, ""),
            assurances={field: self.texts.get(field, "") for field in ASSURANCES},
        )
