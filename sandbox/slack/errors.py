"""How Slack says no: one exception that carries the error's name and what stands beside it."""

from sandbox.slack.shapes import Obj


class SlackError(Exception):
    """An answer with `ok: false`; `name` is Slack's own, `beside` is merged into the answer's body."""

    def __init__(self, name: str, beside: Obj | None = None) -> None:
        super().__init__(name)
        self.name = name
        self.beside = beside or {}

    def body(self) -> Obj:
        """The answer's JSON."""
        return {"ok": False, "error": self.name, **self.beside}


def refused(name: str, sentences: list[str], *, errors: bool = False) -> SlackError:
    """An error with Slack's `[ERROR]` sentences; `errors` repeats them bare, as for messages."""
    beside: Obj = {"errors": sentences} if errors else {}
    return SlackError(name, {**beside, "response_metadata": {"messages": [f"[ERROR] {one}" for one in sentences]}})
