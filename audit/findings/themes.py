"""Learning themes: the themes of findings and of returns' tags. They differ from the audit theme, chosen beforehand."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, require_coordinator
from audit.errors import Refused
from audit.filled_form import newest_act, require_as_filled, require_no_other
from audit.labels import AS_LABEL
from audit.pasted import Bad, Unreadable, comparable_name, fingerprint, fitting, numbered, refuse, sentence
from audit.people.agencies import take_turns
from audit.row_by_id import existing
from audit.screening import screen
from storage.cases import Case
from storage.clock import now
from storage.cycles import LearningTheme
from storage.findings import Finding
from storage.promises import PromiseKind, promise

MOST_OFFERED = 100
"""As many as a menu in Slack can have."""
VERB = "themes.edit"
LINES = "lines"
"""The field for a list of themes, one a line."""
_ACTS = _CHANGE, _RENAME = "theme.change", "theme.rename"
"""The trail's names for changes of a theme."""
STRENGTHS = ("+", "\uff0b", "\ufe62")
"""Characters that begin a line which adds a theme as a strength: plus, fullwidth plus and small plus."""
OFFERED = (LearningTheme.retired_at.is_(None), LearningTheme.merged_into_id.is_(None))
"""Conditions on LearningTheme: it can be chosen for something new."""


def signed(label: str, *, strength: bool) -> str:
    """A theme's name where it is counted: "Education as a protective factor (a strength)"."""
    return f"{label} (a strength)" if strength else label


@dataclass(frozen=True)
class ThemeStanding:
    """A learning theme as it counts now. `strength`: it works well, and needs no recommendation."""

    id: str
    label: str
    strength: bool = False


_EVERY = select(LearningTheme)


def standings(session: Session) -> dict[str, ThemeStanding]:
    """Learning theme's id -> the theme that it counts as: itself, or the one it was merged into."""
    themes = {theme.id: theme for theme in session.scalars(_EVERY)}
    ends = counting_as({theme_id: theme.merged_into_id for theme_id, theme in themes.items()})
    return {theme_id: ThemeStanding(end, themes[end].label, themes[end].strength) for theme_id, end in ends.items()}


def counting_as(merged: Mapping[str, str | None]) -> dict[str, str]:
    """Theme's id -> id of the theme that it counts as. `merged`: theme's id -> id it was merged into, or None."""
    ends = {}
    for theme_id in merged:
        end = theme_id
        while (further := merged[end]) is not None:
            end = further
        ends[theme_id] = end
    return ends


@dataclass(frozen=True)
class ThemeLine:
    """A learning theme. `retired`: kept where it is used, but no longer offered. `counts_as`: label, if it was merged.

    `mark`: in a list a fingerprint of its state, otherwise that of its form.
    """

    id: str
    label: str
    strength: bool
    retired: bool
    counts_as: str | None = None
    mark: str = ""


def theme_lines(session: Session, who: Actor) -> tuple[ThemeLine, ...]:
    """All learning themes, for a coordinator, those that are offered first."""
    require_coordinator(who, VERB)
    themes, counts_as = session.scalars(select(LearningTheme).order_by(LearningTheme.label)), standings(session)
    lines = [_line(each, counts_as) for each in themes]
    return tuple(sorted(lines, key=lambda each: (each.counts_as is not None, each.retired)))


def theme(session: Session, who: Actor, theme_id: str) -> ThemeLine:
    """A learning theme, for a coordinator. NotFound if it no longer exists."""
    require_coordinator(who, VERB, theme_id)
    line = _line(stored(session, theme_id), standings(session))
    return replace(line, mark=str(newest_act(session, [theme_id], *_ACTS)))


def stored(session: Session, theme_id: str) -> LearningTheme:
    """The row of a learning theme. NotFound if it no longer exists."""
    return existing(session, LearningTheme, theme_id)


def _line(row: LearningTheme, counts_as: Mapping[str, ThemeStanding]) -> ThemeLine:
    merged = counts_as[row.id].label if row.merged_into_id is not None else None
    return ThemeLine(row.id, row.label, row.strength, row.retired_at is not None, merged, _mark(row))


def _mark(row: LearningTheme) -> str:
    return fingerprint(VERB, row.id, row.label, row.strength, row.retired_at)


@dataclass(frozen=True)
class Added:
    """The number of themes added. `unsigned`: labels typed with a + that exist already and aren't strengths."""

    number: int
    unsigned: tuple[str, ...] = ()


def mark_of_all(themes: Collection[ThemeLine]) -> str:
    """The mark of the list that a form is opened on."""
    return fingerprint(VERB, sorted(each.mark for each in themes))


def add(session: Session, who: Actor, text: str, *, seen: str = "") -> Added:
    """Add a learning theme for each line whose label is new; all or none. Refused at LINES.

    A line that begins with + is a strength. One that is there already stays as it is. `seen`: the mark of the list that
    the form was opened on; Refused if there is something to add to another one, which may hold it written otherwise.
    """
    require_coordinator(who, VERB)
    take_turns(session)
    before = theme_lines(session, who)
    themes_by_label = {comparable_name(each.label): each for each in session.scalars(select(LearningTheme))}
    added: list[LearningTheme] = []
    unsigned: dict[str, None] = {}
    bad: list[Bad] = []
    for number, line in numbered(text):
        strength = line.strip().startswith(STRENGTHS)
        try:
            label = fitting(AS_LABEL, line.strip().lstrip("".join((*STRENGTHS, " "))))
        except Unreadable as why:
            bad.append(Bad(number, str(why)))
            continue
        if comparable_name(label) not in themes_by_label:
            themes_by_label[comparable_name(label)] = LearningTheme(label=label, strength=strength)
            added.append(themes_by_label[comparable_name(label)])
        elif strength and not themes_by_label[comparable_name(label)].strength:
            unsigned[themes_by_label[comparable_name(label)].label] = None
    refuse(bad, LINES)
    if added:
        newest = max(before, key=lambda each: each.id).label if before else "none"
        stands = f"the newest there is “{newest}”, and Change puts right what is written wrong"
        require_as_filled(seen, mark_of_all(before), stands, LINES)
    require_room(session, LINES, len(added))
    screen.screen(session, who, {LINES: "\n".join(each.label for each in added)})
    for theme in added:
        session.add(theme)
        trail.record(session, who, "theme.add", subject_id=theme.id)
    return Added(len(added), tuple(unsigned))


def require_room(session: Session, field: str, more: int = 1) -> None:
    """Refused at `field` if `more` further learning themes would exceed MOST_OFFERED."""
    offered = session.scalar(select(func.count()).select_from(LearningTheme).where(*OFFERED)) or 0
    if more and offered + more > MOST_OFFERED:
        raise Refused(f"At most {MOST_OFFERED} learning themes can be offered: retire some first.", field=field)


def fresh_label(session: Session, label: str, but: str = "", field: str = "label") -> str:
    """The label as it is stored. Refused at `field` if it is unfit, or if another theme than `but` (an id) has it."""
    others = session.scalars(select(LearningTheme.label).where(LearningTheme.id != but))
    try:
        kept = fitting(AS_LABEL, label)
    except Unreadable as why:
        raise Refused(sentence(str(why)), field=field) from None
    if comparable_name(kept) in {comparable_name(other) for other in others}:
        raise Refused(f"There is a learning theme “{kept}” already.", field=field)
    return kept


def change(
    session: Session,
    who: Actor,
    theme_id: str,
    label: str,
    *,
    strength: bool | None = None,
    retired: bool | None = None,
    seen: str = "",
) -> ThemeLine:
    """Rename a learning theme, mark it as a strength, retire it or offer it again. None leaves a state unchanged.

    `seen`: the form's mark. Refused at `label` or `state`; also if somebody else has changed it since, unless it is
    already as requested.
    """
    require_coordinator(who, VERB, theme_id)
    take_turns(session)
    row = stored(session, theme_id)
    kept, before, was_retired = fresh_label(session, label, but=theme_id), row.label, row.retired_at is not None
    strength = row.strength if strength is None else strength
    retired = was_retired if retired is None else retired
    if (kept, strength, retired) != (before, row.strength, was_retired):
        require_no_other(session, who, theme_id, _ACTS, seen, f"it is “{before}” now", "label")
    if before != kept:
        screen.screen(session, who, {"label": kept})
    if retired != was_retired:
        if not retired and row.merged_into_id is None:
            require_room(session, "state")
        row.retired_at = now(session) if retired else None
        trail.record(session, who, _CHANGE, subject_id=theme_id, detail="retired" if retired else "offered")
    if strength != row.strength:
        row.strength = strength
        trail.record(session, who, _CHANGE, subject_id=theme_id, detail="strength" if strength else "to improve")
        follow(session, [theme_id])
    if before != kept:
        row.label = kept
        trail.record(session, who, _RENAME, subject_id=theme_id)  # never the former label: it may have a name
        follow(session, [theme_id])
    session.flush()
    return _line(row, standings(session))


def follow(session: Session, theme_ids: Collection[str]) -> None:
    """Draw again what counts these themes: the tally and the sheet of every cycle with findings about them."""
    counts_as = standings(session)
    affected = [each for each, end in counts_as.items() if each in theme_ids or end.id in theme_ids]
    cycles = session.scalars(
        select(Case.cycle_id)
        .distinct()
        .join(Finding, Finding.case_id == Case.id)
        .where(Finding.theme_id.in_(affected))
        .order_by(Case.cycle_id)
    )
    for cycle_id in cycles:
        promise(session, PromiseKind.CYCLE, cycle_id, now(session))
