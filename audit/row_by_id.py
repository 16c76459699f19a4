"""Rows by id, for people whose button or form may be older than the row's end."""

from typing import TypeVar

from sqlalchemy.orm import Session

from audit.errors import NotFound
from storage.actions import Action, Recommendation
from storage.cases import Case
from storage.cycles import Cycle, LearningTheme, Sample
from storage.findings import Finding
from storage.immediate import ImmediateAction
from storage.meetings import Judgement, Meeting
from storage.messages import Message
from storage.people import Agency, Area, Person
from storage.publications import Publication
from storage.reports import Report, ReportParagraph, Signature
from storage.returns import Decline, ReturnVersion
from storage.sheet_state import SheetCondition, SheetState
from storage.types import LOCK, Base

_CALLED: dict[type[Base], str] = {
    Action: "action",
    Agency: "agency",
    Area: "area",
    Case: "case",
    Cycle: "audit",
    Decline: "request",
    Finding: "finding",
    ImmediateAction: "immediate action",
    Judgement: "judgement",
    LearningTheme: "learning theme",
    Meeting: "meeting",
    Message: "message",
    ReportParagraph: "text",
    Person: "person",
    Publication: "publication",
    Recommendation: "recommendation",
    Report: "report",
    ReturnVersion: "version",
    Sample: "sample",
    SheetCondition: "condition of the sheet",
    SheetState: "sheet",
    Signature: "sign-off",
}

Row = TypeVar("Row", bound=Base)


def existing(session: Session, kind: type[Row], row_id: str, *, locked: bool = False) -> Row:
    """The row, or NotFound with a sentence. `locked`: read it afresh and lock it until the transaction ends."""
    row = session.get(kind, row_id, with_for_update=LOCK if locked else None, populate_existing=locked)
    if row is None:
        raise NotFound(f"This {_CALLED[kind]} no longer exists.")
    return row
