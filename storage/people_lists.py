"""A list of people that a coordinator pasted, while Slack is asked who they are and until it is confirmed."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from storage.following import Following
from storage.holds import Holds, Kept, RowHolding, Seen, held, sealed
from storage.types import Base, Id, owned_by


class PeopleList(Following, Base):
    """A list of people that waits to be confirmed: one a coordinator, removed once it is done, or after a day.

    `content`: the lines as they were pasted; `found`: what Slack said of those in them, as JSON
    (audit.people.people_list_matches); null before it was asked. `view_id`: the form in which what was
    found is shown. `made_at`: when it was last sent. It is behind for as long as Slack has somebody to be asked about.
    """

    __tablename__ = "people_lists"
    __holds__ = RowHolding(Kept.WORK, Seen.COORDINATORS)
    id: Mapped[Id]
    by_id: Mapped[str] = owned_by("people", unique=True)
    content: Mapped[bytes] = sealed()
    found: Mapped[bytes | None] = sealed()
    view_id: Mapped[str] = held(Holds.ACCOUNT, 64)
    made_at: Mapped[datetime]
