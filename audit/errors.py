"""Why something can't be done, in the words of the person who asked."""


class Refused(Exception):
    """The rules say no. `field` names the answer at fault, where there is one."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class NotFound(Refused):
    """What was asked for isn't there (any more)."""


class NotAllowed(Refused):
    """This person may not. Every such refusal goes to the trail, with what was tried."""

    def __init__(self, sentence: str, *, verb: str, subject_id: str | None = None) -> None:
        super().__init__(sentence)
        self.verb = verb
        self.subject_id = subject_id
