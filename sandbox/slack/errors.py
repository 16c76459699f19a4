"""Slack's refusals: an exception with the error's code and further fields of the answer."""

from sandbox.slack.shapes import Obj


class SlackError(Exception):
    """An answer with `ok: false`; `name`: Slack's error code, `beside`: further fields of the answer."""

    def __init__(self, name: str, beside: Obj | None = None) -> None:
        super().__init__(name)
        self.name = name
        self.beside = beside or {}

    def body(self) -> Obj:
        """The answer's JSON."""
        return {"ok": False, "error": self.name, **self.beside}


def refused(name: str, sentences: list[str], *, errors: bool = False) -> SlackError:
    """An error with Slack's `[ERROR]` sentences; `errors`: also without the prefix, as for messages."""
    beside: Obj = {"errors": sentences} if errors else {}
    return SlackError(name, {**beside, "response_metadata": {"messages": [f"[ERROR] {one}" for one in sentences]}})
