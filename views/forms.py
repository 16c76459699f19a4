"""Read a submitted view into a typed form, and clean its texts."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from audit.bounds import composed
from audit.errors import Refused
from views.asking import CONFIRMED
from views.confirming import unmarked
from views.parts import ANSWER

_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that look blank."""
_UNKEPT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters other than tab and line feed, and lone surrogates."""
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,95}")
"""A field's name, including names of questions in a board's own audit tool."""
_ID = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


_RECORD = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,32}(__[A-Za-z0-9]{1,32})?$")]
"""A record's id; if the form has no inputs, with the mark that they would have."""


class InvalidForm(Refused):
    """A payload that isn't this form, so none of it can be used."""


class _Edge(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class _Option(_Edge):
    value: str


class _File(_Edge):
    id: str


class _Input(_Edge):
    """The value of one input; which attribute holds it depends on the input's kind."""

    value: str | None = None
    selected_option: _Option | None = None
    selected_date: str | None = None
    selected_time: str | None = None
    selected_user: str | None = None
    selected_conversation: str | None = None
    selected_options: list[_Option] | None = None
    selected_users: list[str] | None = None
    files: list[_File] | None = None

    @property
    def text(self) -> str:
        chosen = self.selected_option.value if self.selected_option else None
        one = self.selected_date or self.selected_time or self.selected_user or self.selected_conversation
        file = self.files[0].id if self.files else None
        return clean(self.value or chosen or one or file or "")

    @property
    def chosen(self) -> tuple[str, ...]:
        values = [option.value for option in self.selected_options or ()]
        return tuple(clean(value) for value in (*values, *(self.selected_users or ())))


class _State(_Edge):
    values: dict[str, dict[str, object]]


class _Submitted(_Edge):
    id: _ID
    private_metadata: _RECORD
    state: _State

    @property
    def record_id(self) -> str:
        return unmarked(self.private_metadata)[0]

    @property
    def mark(self) -> str:
        return unmarked(self.private_metadata)[1]


def clean(text: str) -> str:
    """`text` as it is stored: Unicode composed, lines ended by LF, no other control characters but tabs.

    A text without a visible character becomes "".
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = composed(_UNKEPT.sub("", lines))
    return kept if any(unicodedata.category(each)[0] in "LNPS" and each not in _BLANK for each in kept) else ""


def confirmed_marks(view: Mapping[str, object]) -> frozenset[str]:
    """The marks of the questions (views.asking) that were ticked; empty if the view isn't a form."""
    try:
        values = _State.model_validate(view.get("state")).values
        answers = [_Input.model_validate(block[CONFIRMED]) for block in values.values() if CONFIRMED in block]
    except ValidationError:
        return frozenset()
    return frozenset(mark for each in answers for mark in each.chosen)


def read_inputs(view: Mapping[str, object]) -> tuple[_Submitted, dict[str, _Input]]:
    """The view, and its inputs by field name; blocks that aren't inputs of ours are ignored. Raises InvalidForm."""
    try:
        submitted = _Submitted.model_validate(dict(view))
        inputs = {
            field: _Input.model_validate(block[ANSWER])
            for field, block in submitted.state.values.items()
            if ANSWER in block and _FIELD.fullmatch(field)
        }
    except ValidationError as error:
        sentence = "This form could not be read, so nothing was saved. Please close it and open it again."
        raise InvalidForm(sentence) from error
    return submitted, inputs


@dataclass(frozen=True)
class Form:
    """A form that needs no type of its own: `texts` is field name -> text.

    `ticked`: field name -> the values chosen, where several can be. `seen`: the form's mark, or "".
    """

    record_id: str
    view_id: str
    texts: Mapping[str, str]
    ticked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seen: str = ""

    @classmethod
    def read(cls, view: Mapping[str, object]) -> Self:
        """Read Slack's `view`. Raises InvalidForm."""
        submitted, inputs = read_inputs(view)
        texts = {unmarked(name)[0]: filled.text for name, filled in inputs.items()}
        ticked = {unmarked(name)[0]: filled.chosen for name, filled in inputs.items()}
        seen = next((mark for name in inputs if (mark := unmarked(name)[1])), submitted.mark)
        return cls(submitted.record_id, submitted.id, texts, ticked, seen)

    @property
    def asked(self) -> frozenset[str]:
        """The names of the form's fields."""
        return frozenset(self.texts)

    def text(self, field: str) -> str:
        """The text typed or the value chosen in a field; "" if it is empty."""
        return self.texts.get(field, "").strip()
