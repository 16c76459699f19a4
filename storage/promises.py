"""Promises: what must follow a change, as rows in the change's own transaction, which the worker's sweep takes up."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Identity, Integer
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.holds import Holds, Kept, RowHolding, Seen, held
from storage.types import Base, insert_now


class PromiseKind(StrEnum):
    """What changed, and so what has to follow."""

    RETURN = "return"  # a return changed: its case's summary, its leads' lists, the tally, the sheet
    DRAFT = "draft"  # a return was begun or handed to an auditor: only the lists that show it
    RELEASE = "release"  # a case's summary is in its channel: whatever shows grades of released cases only
    CASE = "case"  # a case was judged: as for a return, for every agency involved
    ACTION = "action"  # a recommendation or action of a cycle changed: messages to its owners, and the sheet
    CYCLE = "cycle"  # a cycle was opened or changed: all its messages and sheets


class Promise(Base):
    """A promise not yet taken up. Rows are only inserted here and deleted by the sweep, so none blocks another."""

    __tablename__ = "promises"
    __holds__ = RowHolding(Kept.WORK, Seen.NOBODY)
    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True, autoincrement=True
    )
    kind: Mapped[str] = held(Holds.CHOICE, 20)
    subject_id: Mapped[str] = held(Holds.ROW, 32)
    at: Mapped[datetime]


def promise(session: Session, kind: PromiseKind, subject_id: str, at: datetime) -> None:
    """Promise what follows from the change of the row `subject_id`; it counts once this transaction is committed."""
    insert_now(session, Promise(kind=kind, subject_id=subject_id, at=at))
