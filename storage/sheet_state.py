"""How far an audit's Google Sheets are behind the database, and what people changed in them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Text, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from storage.clock import wall
from storage.following import Following
from storage.holds import Exports, Holds, Kept, RowHolding, Seen, Written, held, sealed
from storage.types import Base, Id, index_of, owned_by


class SheetState(Following, Base):
    """A sheet of an audit: the whole audit's own, or what one agency or one area may see of it.

    The whole audit's has neither `agency_id` nor `area_id`, is there as long as its cycle is, and bears the cycle's id,
    by which spreadsheets and messages know it. `spreadsheet_id`: Google's, where it is drawn; null: nowhere.
    `reflections`: it shows what agencies wrote; of the whole audit's own that is set for the cycle. `left_at`: since
    when what was drawn is to be taken out of the spreadsheet, which is given back then.

    `drawn_at` is when the sheet last came to show the database (by the product's clock).

    `readers`: who could open the spreadsheet when that was last asked, at `readers_at`. `stopped_at`: since when Google
    has refused it for a reason that only a person can mend; null while it hasn't.

    `behind_since`: since when (wall time) it hasn't shown what it should; null while it does.

    `looked_at`: when all of it was last looked at (by the product's clock); `version`: Drive's, after the last change
    that we know of; `memory`: digests of what stood there then (sheets.memory). `drawers`: the processes that drew it
    for this database; null: the next one takes it over, whoever drew it.
    """

    __tablename__ = "sheet_states"
    __holds__ = RowHolding(Kept.WORK, Seen.COORDINATORS)
    __table_args__ = (
        UniqueConstraint("cycle_id", "agency_id"),
        UniqueConstraint("cycle_id", "area_id"),
        index_of("delivered < wanted", "ix_sheet_states_behind", "next_try_at"),
    )
    id: Mapped[Id]
    cycle_id: Mapped[str] = owned_by("cycles", index=False)
    agency_id: Mapped[str | None] = owned_by("agencies", nullable=True, index=False)
    area_id: Mapped[str | None] = owned_by("areas", nullable=True, index=False)
    spreadsheet_id: Mapped[str | None] = held(Holds.ACCOUNT, 128)
    reflections: Mapped[bool] = mapped_column(default=True, server_default=true())
    left_at: Mapped[datetime | None]
    drawn_at: Mapped[datetime | None]
    readers: Mapped[list[str] | None] = held(Holds.PERSON, JSON, kept=Kept.PEOPLE, exports=Exports.PERSON)
    readers_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    behind_since: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]
    version: Mapped[str | None] = held(Holds.NUMBER, 40)
    memory: Mapped[str | None] = held(Holds.HASH, Text)
    drawers: Mapped[list[str] | None] = held(Holds.OURS, JSON)

    @classmethod
    def of_all(cls, cycle_id: str, spreadsheet_id: str | None = None) -> "SheetState":
        """The whole audit's own sheet."""
        return cls(id=cycle_id, cycle_id=cycle_id, spreadsheet_id=spreadsheet_id, next_try_at=wall())


class ConditionKind(StrEnum):
    """What can be the matter with a spreadsheet's file, other than that nothing can be drawn in it."""

    LINK = "link"  # anyone who has its link can open it
    DOMAIN = "domain"  # so can everybody in an organisation
    READERS = "readers"  # somebody can open it who couldn't before
    UNSEEN = "unseen"  # Google doesn't say who can open it
    BIN = "bin"  # it lies in Google Drive's bin


class SheetCondition(Base):
    """Something about a sheet's file that coordinators should know, from `found_at` until `over_at`.

    `about`: the accounts or organisations that it is about; null where it is about none. `shown_at` and `shown_by_id`:
    when and by whom it was decided that reflections are drawn though anyone with the link can read them; null: they
    are kept out while it lasts.
    """

    __tablename__ = "sheet_conditions"
    __holds__ = RowHolding(Kept.WORK, Seen.COORDINATORS)
    id: Mapped[Id]
    sheet_id: Mapped[str] = owned_by("sheet_states")
    kind: Mapped[str] = held(Holds.CHOICE, 20)
    about: Mapped[list[str] | None] = held(Holds.PERSON, JSON, kept=Kept.PEOPLE, exports=Exports.PERSON)
    found_at: Mapped[datetime]
    over_at: Mapped[datetime | None]
    shown_at: Mapped[datetime | None]
    shown_by_id: Mapped[str | None] = owned_by("people", nullable=True, index=False)


class DriftKind(StrEnum):
    """What somebody did to a sheet."""

    CELL = "cell"  # edited a cell of ours
    ROW = "row"  # deleted a row of ours
    TAB = "tab"  # deleted a tab, ours or one of people's own


class SheetDrift(Base):
    """A cell, row or tab of ours that somebody edited or deleted, put back since; or a tab of people's own, deleted.

    `found`, what they had put into the cell, or what people had of their own in the row or on the tab when that was
    last seen, is sealed. `about` and `column` are empty where it is more than that.

    `edit` tells one edit from another, so that a pass that is repeated adds nothing; the same edit made on another day
    is another one. `told_at`: when the coordinators' digest took it up.
    """

    __tablename__ = "sheet_drift"
    __holds__ = RowHolding(Kept.WORK, Seen.COORDINATORS, Exports.CASE, Written("found_at", None))
    __table_args__ = (
        UniqueConstraint("sheet_id", "edit", "found_on"),
        index_of("told_at IS NULL", "ix_sheet_drift_untold", "found_at"),
    )
    id: Mapped[Id]
    sheet_id: Mapped[str] = owned_by("sheet_states")
    kind: Mapped[str] = held(Holds.CHOICE, 10, default=DriftKind.CELL, server_default="cell")
    tab: Mapped[str] = held(Holds.OURS, 100)
    about: Mapped[str] = held(Holds.REFERENCE, 200)
    column: Mapped[str] = held(Holds.OURS, 100)
    found: Mapped[bytes] = sealed(kept=Kept.TEXT)
    edit: Mapped[str] = held(Holds.HASH, 32)
    found_on: Mapped[date]
    found_at: Mapped[datetime]
    told_at: Mapped[datetime | None]


class SheetRemark(Base):
    """What people had of their own beside a row of a sheet, or elsewhere on a tab, when it was last looked at whole.

    It is told and kept as drift if that row or tab is deleted. `tab_key`: ours, or "sheet:" and Google's number of a
    tab of people's own; `row`: a digest of the row's key, "" for all that stands beside none. `held` is sealed.
    """

    __tablename__ = "sheet_remarks"
    __holds__ = RowHolding(Kept.WORK, Seen.COORDINATORS, Exports.CASE, Written("seen_at", None))
    __table_args__ = (UniqueConstraint("sheet_id", "tab_key", "row"),)
    id: Mapped[Id]
    sheet_id: Mapped[str] = owned_by("sheet_states", index=False)
    tab_key: Mapped[str] = held(Holds.OURS, 40)
    row: Mapped[str] = held(Holds.HASH, 16)
    tab: Mapped[str] = held(Holds.OURS, 100)
    about: Mapped[str] = held(Holds.REFERENCE, 200)
    held: Mapped[bytes] = sealed(kept=Kept.TEXT)
    seen_at: Mapped[datetime]


class SheetAside(Base):
    """Rows that were set aside on the tab Quarantine, which holds what was in them; `count` of them, all alike.

    `edit` and `told_at` as above.
    """

    __tablename__ = "sheet_asides"
    __holds__ = RowHolding(Kept.WORK, Seen.COORDINATORS, Exports.CASE)
    __table_args__ = (
        UniqueConstraint("sheet_id", "edit", "found_on"),
        index_of("told_at IS NULL", "ix_sheet_asides_untold", "found_at"),
    )
    id: Mapped[Id]
    sheet_id: Mapped[str] = owned_by("sheet_states")
    tab: Mapped[str] = held(Holds.OURS, 100)
    about: Mapped[str] = held(Holds.REFERENCE, 200)
    why: Mapped[str] = held(Holds.OURS, 100)
    count: Mapped[int]
    edit: Mapped[str] = held(Holds.HASH, 32)
    found_on: Mapped[date]
    found_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
