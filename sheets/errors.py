"""Why the sheet can't be read or written, in words for the coordinators, and whether that passes by itself."""


class SheetsError(Exception):
    """Google refused or didn't answer. `sentence` has at most 200 characters and nothing of the contents of cells."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class SheetsUnavailable(SheetsError):
    """Google can't be reached now: try again, after at least `retry_after` seconds if Google says so."""

    def __init__(self, sentence: str, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class OutcomeUnknown(SheetsUnavailable):
    """A write may or may not have been applied: only reading again can tell."""


class SheetsRefused(SheetsError):
    """Google refuses until a person acts: the sentence says how.

    `place`: the number (from 0) of the refused request in its batch. `tab`: the (key, title) of the tab that the
    request was to change. Both are None if Google doesn't say. `of_looks`: the request only concerned the tab's
    appearance. `common`: the cause isn't this spreadsheet's own, so others are refused too.
    """

    def __init__(self, sentence: str, place: int | None = None, *, common: bool = False) -> None:
        super().__init__(sentence)
        self.place = place
        self.common = common
        self.tab: tuple[str, str] | None = None
        self.of_looks = False


class SheetsGone(SheetsRefused):
    """Google doesn't find the spreadsheet: it was deleted, or is no longer shared."""


class OutOfStep(SheetsRefused):
    """Google found the request inconsistent with the spreadsheet's current state; reading it again may solve that."""
