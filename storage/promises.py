"""What must follow a change: plain rows in the change's own transaction, which the worker's sweep takes up."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Identity, Integer, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.types import Base


class PromiseKind(StrEnum):
    """What is to follow, and what the promise's subject is."""

    REDRAW = "redraw"  # a cycle's sheet
    REQUEST = "request"  # a cycle's requests to its leads
    SUMMARY = "summary"  # a case's summary
    TALLY = "tally"  # a cycle's tally


class Promise(Base):
    """A promise not yet taken up. Rows are only ever inserted here and deleted by the sweep, so none blocks another."""

    __tablename__ = "promises"
    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True, autoincrement=True
    )
    kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[str] = mapped_column(String(65))
    at: Mapped[datetime]


def promise(session: Session, kind: PromiseKind, subject_id: str, at: datetime) -> None:
    """Promise that `kind` follows for the row `subject_id` once this transaction is committed."""
    session.add(Promise(kind=kind, subject_id=subject_id, at=at))
