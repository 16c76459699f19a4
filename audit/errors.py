"""The errors that rules raise, each with a sentence for the person who asked."""

from collections.abc import Mapping
from dataclasses import dataclass


class Refused(Exception):
    """A rule refuses what was asked. `fields`: field -> sentence, for the answers at fault; empty if there are none."""

    def __init__(self, sentence: str, field: str | None = None, *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.fields = dict(fields or ({field: sentence} if field else {}))


def refuse(wrong: Mapping[str, str]) -> None:
    """Refused at every field in `wrong` (field -> sentence); nothing if it is empty."""
    if wrong:
        raise Refused(next(iter(wrong.values())), fields=wrong)


@dataclass(frozen=True)
class Question:
    """A question at a field: may its text contain an identifier of one of these `kinds`? `mark` is of that text.

    Or, with a `fact` ("Sat 14 Mar 2026 is a Saturday"): is the chosen day or person (`choice`) really meant?
    """

    kinds: tuple[str, ...]
    mark: str
    fact: str = ""
    choice: str = "day"

    @property
    def sentence(self) -> str:
        """The sentence shown at the field."""
        if self.fact:
            return f"{self.fact}. Please choose another {self.choice}, or confirm it."
        return f"This may contain {' and '.join(self.kinds)}. If it identifies somebody, please take it out."


class NeedsConfirmation(Refused):
    """A text may contain an identifier, or a choice is unusual: the person who sent it is asked to confirm it."""

    def __init__(self, questions: Mapping[str, Question]) -> None:
        fields = {field: asked.sentence for field, asked in questions.items()}
        super().__init__(next(iter(fields.values())), fields=fields)
        self.questions = dict(questions)


class NotFound(Refused):
    """The thing asked for doesn't exist, or no longer does."""


class NotAllowed(Refused):
    """This person may not do it. Every such refusal is recorded in the trail, with what was tried."""

    def __init__(
        self, sentence: str, *, verb: str, person_id: str | None = None, subject_id: str | None = None
    ) -> None:
        super().__init__(sentence)
        self.verb = verb
        self.person_id = person_id
        self.subject_id = subject_id
