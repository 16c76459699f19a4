"""Why something can't be done, in the words of the person who asked."""

from collections.abc import Mapping
from dataclasses import dataclass


class Refused(Exception):
    """The rules say no. `fields` names the answers at fault, each with its sentence, where there are any."""

    def __init__(self, sentence: str, field: str | None = None, *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.fields = dict(fields or ({field: sentence} if field else {}))


def refuse(wrong: Mapping[str, str]) -> None:
    """Refused at each field that something is wrong with (field -> sentence), if there is any."""
    if wrong:
        raise Refused(next(iter(wrong.values())), fields=wrong)


@dataclass(frozen=True)
class Question:
    """Whether something in a field is an identifier: the kinds that it may be, and the mark of what is asked about.

    Or whether what was chosen is meant, a day or a person (`choice`), although there is something about it (`fact`:
    "Sat 14 Mar 2026 is a Saturday").
    """

    kinds: tuple[str, ...]
    mark: str
    fact: str = ""
    choice: str = "day"

    @property
    def sentence(self) -> str:
        """What is said at the field."""
        if self.fact:
            return f"{self.fact}. Please choose another {self.choice}, or confirm it."
        return f"This may contain {' and '.join(self.kinds)}. If it identifies somebody, please take it out."


class Asking(Refused):
    """Something looks like an identifier and may be none, or a choice is unusual: whoever wrote or made it is asked."""

    def __init__(self, questions: Mapping[str, Question]) -> None:
        fields = {field: asked.sentence for field, asked in questions.items()}
        super().__init__(next(iter(fields.values())), fields=fields)
        self.questions = dict(questions)


class NotFound(Refused):
    """What was asked for isn't there (any more)."""


class NotAllowed(Refused):
    """This person may not. Every such refusal goes to the trail, with what was tried."""

    def __init__(
        self, sentence: str, *, verb: str, person_id: str | None = None, subject_id: str | None = None
    ) -> None:
        super().__init__(sentence)
        self.verb = verb
        self.person_id = person_id
        self.subject_id = subject_id
