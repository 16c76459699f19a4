"""What must follow a change: plain rows in the change's own transaction, which the worker's sweep takes up."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Identity, Integer
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.holds import Holds, Kept, RowHolding, Seen, held
from storage.types import Base, put


class PromiseKind(StrEnum):
    """What changed, and what has to follow."""

    RETURN = "return"  # a return changed: its case's summary, its leads' lists, the tally, the sheet
    DRAFT = "draft"  # it was begun, or is with an auditor: only the lists that it stands in
    RELEASE = "release"  # a case's summary stands in its channel: what shows grades of released cases only
    CASE = "case"  # a case was judged: as above, for every agency involved
    ACTION = "action"  # of a cycle's recommendations and actions one changed: who owes it is told, and the sheet
    CYCLE = "cycle"  # a cycle was opened or changed: everything of it


class Promise(Base):
    """A promise not yet taken up. Rows are only ever inserted here and deleted by the sweep, so none blocks another."""

    __tablename__ = "promises"
    __holds__ = RowHolding(Kept.WORK, Seen.NOBODY)
    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True, autoincrement=True
    )
    kind: Mapped[str] = held(Holds.CHOICE, 20)
    subject_id: Mapped[str] = held(Holds.ROW, 32)
    at: Mapped[datetime]


def promise(session: Session, kind: PromiseKind, subject_id: str, at: datetime) -> None:
    """Promise what follows the change of the row `subject_id`, once this transaction is committed."""
    put(session, Promise(kind=kind, subject_id=subject_id, at=at))
