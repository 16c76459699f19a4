"""What each column holds: whether it is sealed or why not, how long it is kept, in which export it is, who may see it.

Each noun declares this once for its rows (`__holds__`); a column declares what is in it, and where it differs. There is
no other such list: purging, exports and the documents for a data protection officer all read `holdings`.
"""

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Flag, StrEnum, auto
from typing import Any

from sqlalchemy import Column, DateTime, LargeBinary, String, TypeDecorator
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import Boolean, Date, Integer, TypeEngine

from storage.types import Base


class Holds(StrEnum):
    """What is in a column; every value except SEALED says why the column isn't sealed."""

    SEALED = "what people wrote"
    WRITTEN = "people's own words"
    """Not sealed; the column's `why` gives the reason."""
    NAME = "a name in a list or on a form, which is public in the partnership"
    PERSON = "what somebody is called, as Slack or Google shows it anyway"
    REFERENCE = "a case's pseudonym; the key to it is not in this software"
    GRADE = "a grade or why there is none, which numbers are counted from"
    CHOICE = "one of a list in the software"
    FORM = "the questions or the scale that a form offers"
    ACCOUNT = "an id of Slack's or Google's, which says nothing without them"
    ROW = "an id of ours, which says nothing by itself"
    HASH = "a hash, from which nothing can be read"
    OURS = "the software's own words"
    WHEN = "a day or a time"
    NUMBER = "a number"
    YES_NO = "yes or no"


class Kept(StrEnum):
    """The rule by which data is kept; the partnership decides how long that is."""

    TEXT = "texts of an audit"
    FACTS = "facts of an audit"
    DRAFT = "drafts"
    PEOPLE = "people"
    SETUP = "set-up"
    WORK = "work to be done"
    TRAIL = "the trail"
    KEYS = "keys"


class Exports(Flag):
    """The export that a column belongs to. The export about a person also has everything that names that person."""

    NONE = 0
    CASE = auto()
    PERSON = auto()


class Seen(StrEnum):
    """Who may see it in the product. Whatever the sheet shows is also seen by everybody who can open the sheet."""

    EVERYBODY = "everybody who is registered"
    RETURN = "its agency's own people; coordinators; in the case's summary whoever may see that"
    AGENCY = "its agency's own people; coordinators"
    DRAFT = "who typed it; its agency's own people"
    RAISED = "coordinators; who raised it"
    INVOLVED = "coordinators, the chair and the sub-group; the agencies involved in the case"
    CASE = "coordinators, the chair and the sub-group; once its summary is out, the agencies involved in the case"
    ACTION = "its owner; coordinators, the chair and the sub-group"
    OVERSEEING = "coordinators, the chair and the sub-group"
    SIGNING = "coordinators, the chair and the sub-group; who signs the report"
    COORDINATORS = "coordinators"
    NOBODY = "nobody: no screen shows it"


@dataclass(frozen=True)
class Written:
    """The columns that say when a row's texts were written, by whom and as which version; None if no column does.

    `first`: the column used where `at` is null.
    """

    at: str
    by: str | None = "by_id"
    version: str | None = None
    first: str | None = None


@dataclass(frozen=True)
class RowHolding:
    """What applies to all rows of a table, except that people's own words in a row of FACTS are kept as TEXT.

    `written` is needed if the row's texts go into an export.
    """

    kept: Kept
    seen: Seen
    exports: Exports = Exports.NONE
    written: Written | None = None


@dataclass(frozen=True)
class _Said:
    """What a column declares about itself; None means the same as its row."""

    holds: Holds
    why: str
    kept: Kept | None
    seen: Seen | None
    exports: Exports | None
    counted: bool = False


@dataclass(frozen=True)
class Holding:
    """What one column holds. `about` says in a sentence what a row of its table is.

    `why` says why it isn't sealed, where `holds` doesn't. `counted`: sealed JSON from which numbers are counted.
    """

    table: str
    about: str
    column: str
    holds: Holds
    why: str
    kept: Kept
    seen: Seen
    exports: Exports
    counted: bool
    written: Written | None

    @property
    def in_parts(self) -> bool:
        """Whether it is sealed JSON with several texts, such as a return's answers."""
        return self.holds is Holds.SEALED and (self.counted or self.kept is Kept.DRAFT)


def held(
    holds: Holds,
    kind: int | TypeEngine[Any] | type[TypeEngine[Any]],
    *,
    why: str = "",
    kept: Kept | None = None,
    seen: Seen | None = None,
    exports: Exports | None = None,
    counted: bool = False,
    of: tuple[str, ...] = (),
    **column: Any,  # noqa: ANN401  # SQLAlchemy's
) -> Any:  # noqa: ANN401
    """A column with a declaration of what it holds. `kind` is its type, or its maximum number of characters.

    `of`: the tables to which an id may refer, where there is no foreign key.
    """
    info = {"holds": _Said(holds, why, kept, seen, exports, counted), "of": of}
    return mapped_column(String(kind) if isinstance(kind, int) else kind, info=info, **column)


def sealed(*, kept: Kept | None = None, counted: bool = False) -> Any:  # noqa: ANN401
    """A column with sealed text (storage.crypto). `counted`: JSON from which numbers are counted.

    When its time is over, such JSON keeps its structure, its numbers and the words of lists (storage.text_removal).
    """
    return held(Holds.SEALED, LargeBinary, kept=kept, counted=counted)


_PLAIN: Mapping[type[TypeEngine[Any]], Holds] = {
    Boolean: Holds.YES_NO, Integer: Holds.NUMBER, Date: Holds.WHEN, DateTime: Holds.WHEN,
}  # fmt: skip
"""What a column holds by its type, so that it needs no declaration."""


def holdings() -> Iterator[Holding]:
    """Every column of every table; TypeError names one that doesn't declare what it holds."""
    from storage import tables  # noqa: F401  # so that all tables are known

    nouns: dict[str, type[Base]] = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    for name, noun in sorted(nouns.items()):
        about = (inspect.getdoc(noun) or "").partition("\n\n")[0].replace("\n", " ")
        yield from (_holding(noun.__holds__, about, column) for column in Base.metadata.tables[name].columns)


def _holding(row: RowHolding, about: str, column: Column[Any]) -> Holding:
    declared: _Said = column.info.get("holds") or _Said(_plain(column), "", None, None, None)
    names_somebody = any(key.column.table.name == "people" for key in column.foreign_keys)
    text_of_facts = declared.holds in (Holds.SEALED, Holds.WRITTEN) and row.kept is Kept.FACTS
    exports = row.exports if declared.exports is None else declared.exports
    return Holding(
        column.table.name, about, column.name, declared.holds, declared.why,
        kept=declared.kept or (Kept.TEXT if text_of_facts else row.kept),
        seen=declared.seen or row.seen,
        exports=exports | Exports.PERSON if names_somebody else exports,
        counted=declared.counted,
        written=row.written,
    )  # fmt: skip


def _plain(column: Column[Any]) -> Holds:
    if column.foreign_keys or column.name == "id":
        return Holds.ROW
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    for each, holds in _PLAIN.items():
        if isinstance(kind, each):
            return holds
    raise TypeError(f"{column.table.name}.{column.name} doesn't say what it holds (storage.holds)")
