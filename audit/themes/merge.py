"""Merging learning themes: two count as one, and what this does to each cycle's counts."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, require_coordinator
from audit.errors import Refused
from audit.filled_form import Filled, newest_act, require_as_filled
from audit.findings import themes
from audit.findings.themes import OFFERED, ThemeStanding, counting_as
from audit.pasted import fingerprint
from audit.people.agencies import take_turns
from storage.cases import Case
from storage.cycles import Cycle, LearningTheme
from storage.findings import Finding

INTO = "into"
"""The form's field for the other theme."""
FRESH = "fresh"
"""The placeholder id of a theme that doesn't exist yet."""


@dataclass(frozen=True)
class Effect:
    """How a change affects a cycle's counts. `counts`: (theme label, cases before, cases after); `of`: all cases."""

    cycle: int
    of: int
    counts: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Merger(Filled):
    """A theme to be merged into another (`into_id`, "" until one is chosen). `offered`: the possible targets.

    `effects` is None until a target is chosen.
    """

    theme: ThemeStanding
    offered: tuple[ThemeStanding, ...]
    into_id: str = ""
    effects: tuple[Effect, ...] | None = None


@dataclass(frozen=True)
class ThemeLink:
    """That a finding of a case is about a learning theme, as it was chosen (before any merging)."""

    finding_id: str
    cycle: int
    case_id: str
    theme_id: str


def shares(links: Iterable[ThemeLink], counts_as: Mapping[str, str]) -> dict[tuple[int, str], set[str]]:
    """(cycle number, id of the theme as it counts) -> the ids of the cases with a finding about it."""
    cases: dict[tuple[int, str], set[str]] = {}
    for link in links:
        cases.setdefault((link.cycle, counts_as[link.theme_id]), set()).add(link.case_id)
    return cases


def merging(session: Session, who: Actor, theme_id: str) -> Merger:
    """The form for merging a theme into another, for a coordinator."""
    require_coordinator(who, themes.VERB, theme_id)
    row = own(session, theme_id)
    return Merger(ThemeStanding(row.id, row.label, row.strength), offered(session, theme_id))


def merge(session: Session, who: Actor, theme_id: str, into_id: str, seen: str = "") -> Merger:
    """Merge a theme into another, once `seen` proves that exactly these effects were displayed.

    Findings and recommendations stay linked to the merged theme, and count as the other from then on. If it is merged
    already, nothing changes (`done`).
    """
    require_coordinator(who, themes.VERB, theme_id)
    take_turns(session)
    row = themes.stored(session, theme_id)
    merger = Merger(ThemeStanding(row.id, row.label, row.strength), offered(session, theme_id), into_id)
    if row.merged_into_id is not None and row.merged_into_id == into_id:
        return replace(merger, done=True)
    own(session, theme_id)
    if into_id not in {each.id for each in merger.offered}:
        raise Refused("Choose the theme that it is to count as from now on.", INTO)
    merged = merged_into(session) | {theme_id: into_id}
    effects = effects_of(session, (theme_id, into_id), merged)
    mark = fingerprint(theme_id, into_id, effects, newest_act(session, [theme_id], "theme.merge"))
    merger = replace(merger, effects=effects, mark=mark)
    if seen != mark:
        return replace(merger, again=bool(seen))
    row.merged_into_id = into_id
    session.flush()
    trail.record(session, who, "theme.merge", subject_id=theme_id, detail=f"into {into_id}")
    themes.follow(session, [into_id])
    return replace(merger, done=True)


def unmerge(session: Session, who: Actor, theme_id: str, seen: str = "") -> ThemeStanding:
    """Let a merged theme count as itself again; returns the theme as which it counted.

    Nothing changes if it wasn't merged. `seen`: the theme on whose page that was pressed; Refused if it was merged into
    another since.
    """
    require_coordinator(who, themes.VERB, theme_id)
    take_turns(session)
    row = themes.stored(session, theme_id)
    into_id = row.merged_into_id
    if into_id is None:
        return ThemeStanding(row.id, row.label, row.strength)
    require_as_filled(seen, into_id, f"“{row.label}” counts as “{themes.standings(session)[into_id].label}”")
    if row.retired_at is None:
        themes.require_room(session, INTO)
    themes.follow(session, [theme_id, into_id, themes.standings(session)[into_id].id])
    row.merged_into_id = None
    trail.record(session, who, "theme.unmerge", subject_id=theme_id, detail=f"from {into_id}")
    session.flush()
    return themes.standings(session)[into_id]


def own(session: Session, theme_id: str) -> LearningTheme:
    """The row of a theme that counts as itself; Refused if it was merged."""
    row = themes.stored(session, theme_id)
    if row.merged_into_id is not None:
        into = themes.standings(session)[theme_id].label
        raise Refused(f"“{row.label}” counts as “{into}” already. Undo that merger first.")
    return row


def offered(session: Session, but: str) -> tuple[ThemeStanding, ...]:
    """The themes that can be chosen, without the theme `but`, by label."""
    rows = session.scalars(select(LearningTheme).where(*OFFERED, LearningTheme.id != but).order_by(LearningTheme.label))
    return tuple(ThemeStanding(each.id, each.label, each.strength) for each in rows)


def merged_into(session: Session) -> dict[str, str | None]:
    """Theme id -> the id of the theme into which it was merged, or None."""
    return {each.id: each.merged_into_id for each in session.scalars(select(LearningTheme))}


def effects_of(
    session: Session, touched: Collection[str], merged: Mapping[str, str | None],
    moved: Mapping[str, str] | None = None, fresh: str = "",
) -> tuple[Effect, ...]:  # fmt: skip
    """How the counts of the `touched` themes change, by cycle number.

    `merged`: theme id -> the theme into which it would be merged; `moved`: finding id -> its new theme's id. `fresh`:
    the label of the theme that doesn't exist yet.
    """
    labels = {each.id: each.label for each in themes.standings(session).values()} | {FRESH: fresh}
    links = _links(session)
    before = shares(links, counting_as(merged_into(session)))
    now_about = [replace(link, theme_id=(moved or {}).get(link.finding_id, link.theme_id)) for link in links]
    after = shares(now_about, counting_as({**merged, FRESH: None}))
    cycles = sorted({cycle for cycle, theme_id in (*before, *after) if theme_id in touched})
    totals = _totals(session)
    return tuple(
        Effect(
            cycle,
            totals[cycle],
            tuple(
                (labels[each], len(before.get((cycle, each), ())), len(after.get((cycle, each), ())))
                for each in touched
            ),
        )
        for cycle in cycles
    )


def _links(session: Session) -> list[ThemeLink]:
    rows = session.execute(
        select(Finding.id, Cycle.number, Case.id, Finding.theme_id)
        .join(Case, Case.id == Finding.case_id)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .where(Finding.theme_id.is_not(None), Finding.withdrawn_at.is_(None), Case.withdrawn_at.is_(None))
    )
    return [ThemeLink(finding_id, number, case_id, theme_id or "") for finding_id, number, case_id, theme_id in rows]


def _totals(session: Session) -> dict[int, int]:
    """Cycle number -> the number of its cases, without withdrawn ones."""
    rows = session.execute(
        select(Cycle.number, func.count().label("total"))
        .join(Case, Case.cycle_id == Cycle.id)
        .where(Case.withdrawn_at.is_(None))
        .group_by(Cycle.number)
    )
    return {row.number: row.total for row in rows}
