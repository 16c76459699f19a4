"""Whether Slack and the sheets are up to date, at little cost, since tests ask for it repeatedly."""

from sqlalchemy import exists, or_, select

from audit.delivery import backlog
from storage.engine import Sessions
from storage.messages import LIVE, Message
from storage.promises import Promise
from storage.sheet_state import SheetState

_WAITS = select(
    or_(
        exists().select_from(Promise),
        exists().where(Message.state == LIVE, Message.delivered < Message.wanted),
        exists().where(SheetState.spreadsheet_id.is_not(None), SheetState.delivered < SheetState.wanted),
    )
)


def settled(sessions: Sessions) -> bool:
    """Whether the product reports that it is settled; asked only once a single statement finds nothing that waits."""
    with sessions.reading() as session:
        return not session.scalar(_WAITS) and backlog.status(session).settled
