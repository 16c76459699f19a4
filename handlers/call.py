"""A request from Slack as a handler sees it: who did what, to which record, and where the answer goes."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from time import monotonic

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse
from sqlalchemy.orm import Session

from audit.access import Actor
from audit.errors import Refused
from handlers import edge
from handlers.edge import Body, ShownModal
from storage.engine import Sessions
from storage.shared_commits import Result
from views.confirming import unmarked
from views.forms import Form
from views.parts import View


@dataclass(frozen=True)
class Call:
    """A click, a choice, a sent or closed form, a command or an event.

    `share_with`: the e-mail address of the account that draws sheets, "" if there is none.
    `came`: the request's arrival, by the monotonic clock.
    """

    body: Body
    client: WebClient
    sessions: Sessions
    share_with: str = ""
    came: float = field(default_factory=monotonic)

    def reading(self) -> AbstractContextManager[Session]:
        """Open a read-only session."""
        return self.sessions.reading()

    def begin(self) -> AbstractContextManager[Session]:
        """Begin the handler's one transaction that writes."""
        return self.sessions.begin()

    def run_in_transaction(self, work: Callable[[Session], Result]) -> Result:
        """Run `work` in a transaction that may share its commit with others (for forms that many send at once)."""
        return self.sessions.run_in_transaction(work)

    def actor(self, session: Session) -> Actor:
        """The registered person who clicked, chose or sent. NotAllowed for anybody else."""
        return edge.actor(session, self.body)

    @property
    def view(self) -> Mapping[str, object]:
        """The modal or Home in which somebody clicked, chose or sent; empty for a click elsewhere."""
        return self.body.get("view", {})

    @property
    def form(self) -> Form:
        """The content of the form in which somebody clicked, or which they sent. Raises InvalidForm."""
        return Form.read(self.view)

    @property
    def action(self) -> Mapping[str, object]:
        """The button that was clicked, or the input in which something was chosen."""
        return self.body["actions"][0]

    @property
    def clicked(self) -> str:
        """The record id in the button's value. Refused if the value can't be one (a forged request)."""
        return edge.record(self.action.get("value"))

    @property
    def clicked_mark(self) -> str:
        """The mark of the button's block (views.confirming), "" without one."""
        return unmarked(str(self.action.get("block_id", "")))[1]

    @property
    def page(self) -> int:
        """The page that the button turns to, from 0. Refused if its value isn't a number."""
        if not self.clicked.isdecimal():
            raise Refused("There is no such page.")
        return int(self.clicked)

    @property
    def in_modal(self) -> bool:
        """Whether the click was in a modal, not on Home or in a message."""
        return self.view.get("type") == "modal"

    @property
    def shown(self) -> ShownModal:
        """The modal in which somebody clicked. Refused if the click was elsewhere."""
        return edge.shown_modal(self.body)

    @property
    def below(self) -> str | None:
        """The id of the modal under the form that was sent, which is to be updated; None if there is none."""
        previous = self.view.get("previous_view_id")
        return str(previous) if previous else None

    def open(self, view: View) -> None:
        """Open a modal: on top of the modal that was clicked in (Slack allows three), otherwise as the first."""
        edge.open_modal(self.body, self.client, view)

    def open_here(self, view: View) -> None:
        """Show a view in place of the modal that was clicked in, since views opened from it need room in the stack."""
        if self.in_modal:
            self.client.views_update(view_id=self.shown.view_id, view=view)
        else:
            self.open(view)

    def redraw(self, at: ShownModal, view: View) -> SlackResponse:
        """Update a modal, unless it has changed since it was clicked in."""
        return self.client.views_update(view_id=at.view_id, hash=at.hash, view=view)

    def replace(self, at: ShownModal, view: View) -> SlackResponse:
        """Update a modal even if it has changed since, because something was stored."""
        return self.client.views_update(view_id=at.view_id, view=view)

    def close_on(self, view: View) -> View | None:
        """Close the sent form and show `view` in the modal under it; without one, `view` replaces the form.

        A form's handler returns the result.
        """
        if self.below is None:
            return view
        self.client.views_update(view_id=self.below, view=view)
        return None

    def publish(self, view: View) -> None:
        """Publish Home to the person who acted."""
        self.client.views_publish(user_id=edge.sender(self.body)[1], view=view)
