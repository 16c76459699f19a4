"""Why the sheet can't be read or written, in words for the coordinators; which of it passes and which doesn't."""


class SheetsError(Exception):
    """Google said no. `sentence` has at most 200 characters and nothing of what cells hold."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class SheetsUnavailable(SheetsError):
    """Google can't be reached now: try again, not before `retry_after` seconds where Google says so."""

    def __init__(self, sentence: str, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class OutcomeUnknown(SheetsUnavailable):
    """A write may or may not have been applied: only another read can tell."""


class SheetsRefused(SheetsError):
    """Google refuses until somebody does something about it: the sentence says what.

    `place`: which request of a batch was refused, from 0; `tab`: the key and the title of the tab that the request was
    to change. None where Google doesn't say. `of_looks`: the request was only about how that tab looks. `common`: the
    cause isn't this spreadsheet's own, so others are refused too.
    """

    def __init__(self, sentence: str, place: int | None = None, *, common: bool = False) -> None:
        super().__init__(sentence)
        self.place = place
        self.common = common
        self.tab: tuple[str, str] | None = None
        self.of_looks = False


class SheetsGone(SheetsRefused):
    """Google doesn't find the spreadsheet: it was deleted, or isn't shared any more."""


class OutOfStep(SheetsRefused):
    """Google found the request at odds with the spreadsheet as it is; another read may put that right."""
