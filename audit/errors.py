"""Why something can't be done, in the words of the person who asked."""

from collections.abc import Mapping


class Refused(Exception):
    """The rules say no. `fields` names the answers at fault, each with its sentence, where there are any."""

    def __init__(self, sentence: str, field: str | None = None, *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.fields = dict(fields or ({field: sentence} if field else {}))


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
