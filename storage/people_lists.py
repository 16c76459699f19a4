"""A list of people that a coordinator pasted, until Slack has been asked who they are and the list is confirmed."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from storage.following import Following
from storage.holds import Holds, Kept, RowHolding, Seen, held, sealed
from storage.types import Base, Id, owned_by


class PeopleList(Following, Base):
    """A list of people that waits to be confirmed: one per coordinator, removed once it is done, or after a day.

    `content`: the lines as pasted. `found`: Slack's answers about the people in them, as JSON
    (audit.people.people_list_matches); null before Slack was asked. `view_id`: the form that shows those answers.
    `made_at`: when the list was last sent. The row is behind (storage.following) while Slack must still be asked about
    somebody.
    """

    __tablename__ = "people_lists"
    __holds__ = RowHolding(Kept.WORK, Seen.COORDINATORS)
    id: Mapped[Id]
    by_id: Mapped[str] = owned_by("people", unique=True)
    content: Mapped[bytes] = sealed()
    found: Mapped[bytes | None] = sealed()
    view_id: Mapped[str] = held(Holds.ACCOUNT, 64)
    made_at: Mapped[datetime]
