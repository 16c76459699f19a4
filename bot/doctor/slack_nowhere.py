"""A Slack client and a database without lasting effect: what is shown is collected, what is written is rolled back."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from sqlalchemy.orm import Session

from bot.doctor.invented_description import TEAM
from storage.engine import Sessions
from storage.shared_commits import Result
from views.parts import View

_SHOWS = frozenset({"views.open", "views.push", "views.update", "views.publish"})
_SOMEBODY = {"id": "U0STRANGER", "team_id": TEAM, "profile": {"real_name": "Somebody", "display_name": "Somebody"}}
_ROOM = {"id": "C0WEST", "name": "west", "is_private": True, "is_member": True, "is_archived": False}
_ANSWERS: Mapping[str, Mapping[str, object]] = {
    "auth.test": {"team_id": TEAM},
    "conversations.info": {"channel": _ROOM},
    "users.info": {"user": _SOMEBODY},
}


class Nowhere(WebClient):
    """A Slack client whose calls don't leave the machine. `shown`: the views that handlers would have shown."""

    def __init__(self) -> None:
        super().__init__(token="", base_url="http://nowhere.invalid/")
        self.shown: list[View] = []

    def api_call(self, api_method: str, **given: Any) -> SlackResponse:  # noqa: ANN401  # the library's own
        """Collect the view that a call would show, and answer questions. Others are refused: there are no files."""
        if api_method in _SHOWS:
            self.shown.append(given["json"]["view"])
        known = api_method in _SHOWS or api_method in _ANSWERS
        answer = {"ok": known, "error": "file_not_found", **_ANSWERS.get(api_method, {})}
        response = SlackResponse(
            client=self, http_verb="POST", api_url=api_method, req_args={}, data=answer, headers={}, status_code=200
        )
        if not known:
            raise SlackApiError("There is nothing here.", response)  # type: ignore[no-untyped-call]  # the library's own
        return response


class Undone(Sessions):
    """Access to a database in which every writing transaction is rolled back."""

    def __init__(self, real: Sessions) -> None:
        self._real = real

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A writing transaction, rolled back at its end."""
        with suppress(_Over), self._real.begin() as session:
            yield session
            session.flush()
            raise _Over

    def run_in_transaction(self, work: Callable[[Session], Result]) -> Result:
        """Like `begin`."""
        with self.begin() as session:
            return work(session)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A reading transaction."""
        with self._real.reading() as session:
            yield session


class _Over(Exception):
    pass
