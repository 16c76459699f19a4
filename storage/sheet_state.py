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
    """A sheet of an audit: the whole audit's own, or one with what one agency or one area may see.

    The whole audit's sheet has neither `agency_id` nor `area_id`, exists as long as its cycle, and has the cycle's id,
    by which spreadsheets and messages know it. `spreadsheet_id`: Google's id of where it is drawn; null if nowhere.
    `reflections`: whether it shows what agencies wrote (for the whole audit's sheet the cycle decides that). `left_at`:
    since when its tabs are to be removed from the spreadsheet, which is given back afterwards.

    `drawn_at`: when the sheet was last up to date (by the product's clock).

    `readers`: who could open the spreadsheet when Google was last asked, at `readers_at`. `stopped_at`: since when
    Google has refused it for a reason that only a person can mend; null if it hasn't.

    `behind_since`: since when (wall time) the sheet has been out of date; null while it is up to date.

    `looked_at`: when all of it was last read (by the product's clock). `version`: Drive's version up to which all
    changes by others have been read. `memory`: digests of its content then (sheets.memory). `drawers`: the processes
    that have drawn it for this database; null: the next one takes it over, whoever drew it.
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
        """The whole audit's sheet, new."""
        return cls(id=cycle_id, cycle_id=cycle_id, spreadsheet_id=spreadsheet_id, next_try_at=wall())


class ConditionKind(StrEnum):
    """What can be wrong with a spreadsheet's file, other than that nothing can be drawn in it."""

    LINK = "link"  # anyone who has its link can open it
    DOMAIN = "domain"  # everybody in an organisation can open it
    READERS = "readers"  # somebody can open it who couldn't before
    UNSEEN = "unseen"  # Google doesn't say who can open it
    BIN = "bin"  # it lies in Google Drive's bin


class SheetCondition(Base):
    """Something about a sheet's file that coordinators should know, from `found_at` until `over_at`.

    `about`: the accounts or organisations concerned; null if none. `shown_at` and `shown_by_id`: when and by whom it
    was decided to draw reflections though anyone with the link can read them; null: they are kept out while it lasts.
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
    """A cell, row or tab of ours that somebody edited or deleted, since restored; or a tab of people's own, deleted.

    `found` is sealed: the cell's edited content, or people's own content in the row or on the tab when last seen.
    `about` and `column` are "" where the edit concerns more than one row or cell.

    `edit` identifies an edit, so that repeating a pass adds nothing; the same edit made on another day is another one.
    `told_at`: when the coordinators' digest reported it.
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
    """People's own content beside a row of a sheet, or elsewhere on a tab, when all of the tab was last read.

    If that row or tab is deleted, it is reported and kept as drift. `tab_key`: our key, or "sheet:" and Google's id of
    a tab of people's own. `row`: a digest of the row's key, or "" for everything that is beside no row. `held` is
    sealed.
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
    """Rows that were set aside on the tab Quarantine, which has their content; `count` rows, all alike.

    `edit` and `told_at` as in SheetDrift.
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
