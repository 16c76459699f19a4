"""Counts as table rows: columns of the grades and of everything that isn't a grade, which add up to the total."""

from collections.abc import Iterator, Sequence

from audit.cycle.board import Board
from audit.cycle.tally import Count
from audit.scales import NO_OVERALL, NOT_APPLICABLE, NOT_APPLICABLE_LABEL, NOT_GRADED, REASONS, Scale
from sheets.drawing.words import AWAITED, BY_SECTION, DECLINED, DIDNT_COME, NIL, UNGRADED
from sheets.tabs import Column, Value

RATIFIED, SELF = "Ratified case judgements", "Agencies' self-grades"
_BASE = "base"


def whole(board: Board) -> str:
    """The name for everything counted together: "The whole cycle" only if the sheet shows all of it."""
    return "All cases in this sheet" if board.part else "The whole cycle"


def columns(scales: Sequence[Scale], *, no_overall: bool = False) -> tuple[Column, ...]:
    """The columns of counts: each scale's grades, then what is no grade, with "no overall grade" if `no_overall`."""
    apart = any(scale.not_applicable for scale in scales)
    return (
        *(column for place, scale in enumerate(scales) for column in _grades(place, scale)),
        *_not_graded(scales),
        *([Column(NO_OVERALL, BY_SECTION, 110)] if no_overall else []),
        Column("nil", NIL, 80),
        Column("declined", DECLINED, 80),
        Column("awaiting", AWAITED, 80),
        Column("missed", DIDNT_COME, 80),
        *([Column(_BASE, "It applies to", 80), Column(NOT_APPLICABLE, NOT_APPLICABLE_LABEL, 110)] if apart else []),
        Column("total", "Total", 80),
    )


def _not_graded(scales: Sequence[Scale]) -> Iterator[Column]:
    if scales:
        yield Column(NOT_GRADED, UNGRADED, 110)
        yield from (Column(f"reason:{key}", f"{UNGRADED}: {label.lower()}", 130) for key, label in REASONS.items())


def _grades(place: int, scale: Scale) -> Iterator[Column]:
    on = f" (scale {place + 1})" if place else ""
    yield from (Column(_key(place, grade.key), f"{grade.label}{on}", 110) for grade in scale.grades)


def _key(place: int, grade: str) -> str:
    return f"grade{place + 1 if place else ''}:{grade}"


def values(among: Sequence[Column], count: Count, place: int = 0, *, cases: bool) -> tuple[Value, ...]:
    """A count's cells in the columns `among`, graded on the scale numbered `place`.

    With `cases`, the cells for nil, declined and not sent are "" and not 0, as a case is never any of these.
    """
    cells: dict[str, Value] = {_key(place, grade): number for grade, number in count.grades.items()}
    cells |= {f"reason:{reason}": number for reason, number in count.not_graded.items()}
    cells |= {NOT_GRADED: count.not_graded_in_all, NOT_APPLICABLE: count.not_applicable, NO_OVERALL: count.no_overall}
    cells |= {"awaiting": count.awaiting, _BASE: count.base, "total": count.total}
    if not cases:
        cells |= {"nil": count.nil, "declined": count.declined, "missed": count.missed}
    return tuple(cells.get(column.key, "") for column in among)


def series(scale: Scale) -> tuple[tuple[str, str], ...]:
    """The parts of a chart's bar, on the first scale: (column, colour)."""
    grades = tuple((_key(0, grade.key), grade.colour) for grade in scale.grades)
    apart = ((NOT_APPLICABLE, "#d0d4d7"),) if scale.not_applicable else ()
    return (*grades, (NOT_GRADED, "#8e8e8e"), *apart, ("awaiting", "#ffe599"))
