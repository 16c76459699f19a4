"""For whom a sheet of an audit is: the whole audit, one agency or one area."""

from sqlalchemy import and_, case, func, select

from storage.cycles import Cycle
from storage.people import Agency, Area
from storage.sheet_state import SheetState

OF_ALL = and_(SheetState.agency_id.is_(None), SheetState.area_id.is_(None))
"""A condition on SheetState: the sheet is the whole audit's."""
_AGENCY = select(Agency.label).where(Agency.id == SheetState.agency_id).scalar_subquery()
_AREA = select(Area.label).where(Area.id == SheetState.area_id).scalar_subquery()
WHOSE = case((OF_ALL, ""), else_=func.coalesce(_AGENCY, _AREA))
"""The label of the agency or the area that a sheet is for; "" for the whole audit's sheet."""
REFLECTIONS = case((OF_ALL, Cycle.reflections_in_sheet), else_=SheetState.reflections)
"""Whether a sheet shows what agencies wrote. The query must include its Cycle."""


def named(number: int, whose: str) -> str:
    """A sheet's name, from its audit's number and whom it is for: "audit 2", "audit 2, Education"."""
    return f"audit {number}, {whose}" if whose else f"audit {number}"
