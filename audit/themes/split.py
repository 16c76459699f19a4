"""Splitting a learning theme: some of its findings move to another theme, the others stay."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, require_coordinator
from audit.errors import Refused
from audit.filled_form import Filled, newest_act
from audit.findings import findings, themes
from audit.findings.findings import FindingView
from audit.findings.themes import ThemeStanding
from audit.pasted import fingerprint
from audit.people.agencies import take_turns
from audit.screening import screen
from audit.themes.merge import FRESH, INTO, Effect, effects_of, merged_into, offered, own
from storage.cycles import LearningTheme
from storage.findings import Finding
from storage.types import LOCK

LABEL, FINDINGS = "label", "findings"
"""The form's fields besides INTO: a new theme's label, and the findings, in groups of checkboxes numbered from 1."""
_MOST_LISTED = 500
"""The number of a theme's findings that fit the form."""


@dataclass(frozen=True)
class ThemeSplit(Filled):
    """Findings of a theme to be moved to an existing theme (`into_id`) or a new one (`label`).

    `findings`: the theme's newest ones; `left_out`: how many more there are. `effects`: see Merger.
    """

    theme: ThemeStanding
    offered: tuple[ThemeStanding, ...]
    findings: tuple[FindingView, ...]
    left_out: int = 0
    chosen: frozenset[str] = frozenset()
    into_id: str = ""
    label: str = ""
    effects: tuple[Effect, ...] | None = None


def splitting(session: Session, who: Actor, theme_id: str) -> ThemeSplit:
    """The form for moving some of a theme's findings to another theme, for a coordinator."""
    require_coordinator(who, themes.VERB, theme_id)
    return _split(session, own(session, theme_id))


def split(  # noqa: PLR0917  # the parts of a sent form
    session: Session, who: Actor, theme_id: str, chosen: Collection[str], into_id: str, label: str, seen: str = ""
) -> ThemeSplit:
    """Move the chosen findings of a theme to another, once `seen` proves that exactly these effects were displayed.

    If they have been moved already, nothing changes (`done`).
    """
    require_coordinator(who, themes.VERB, theme_id)
    take_turns(session)
    form = replace(
        _split(session, own(session, theme_id)), chosen=frozenset(chosen), into_id=into_id, label=label.strip()
    )
    target_id = _there(session, form)
    if target_id is not None and _parted(session, form.chosen, target_id):
        return replace(form, done=True)
    _check(session, form, target_id)
    target = target_id or FRESH
    effects = effects_of(session, (theme_id, target), merged_into(session), dict.fromkeys(chosen, target), form.label)
    acts = newest_act(session, chosen, "theme.split")
    mark = fingerprint("split", theme_id, sorted(chosen), target, form.label, effects, acts)
    form = replace(form, effects=effects, mark=mark)
    if seen != mark:
        return replace(form, again=bool(seen))
    _move(session, who, form, target_id or _made(session, who, form))
    themes.follow(session, [theme_id])
    return replace(form, done=True)


def _split(session: Session, row: LearningTheme) -> ThemeSplit:
    merged_ids = [each for each, end in themes.standings(session).items() if end.id == row.id]
    listed = findings.of(session, Finding.theme_id.in_(merged_ids))
    newest = sorted(listed, key=lambda each: each.id, reverse=True)[:_MOST_LISTED]
    kept = {each.id for each in newest}
    return ThemeSplit(
        ThemeStanding(row.id, row.label, row.strength), offered(session, row.id),
        tuple(each for each in listed if each.id in kept), len(listed) - len(newest),
    )  # fmt: skip


def _there(session: Session, asked: ThemeSplit) -> str | None:
    """The id of the theme to which the findings are to move, or None if it doesn't exist yet."""
    if asked.into_id:
        return asked.into_id
    return session.scalar(select(LearningTheme.id).where(LearningTheme.label == asked.label)) if asked.label else None


def _parted(session: Session, chosen: Collection[str], theme_id: str) -> bool:
    """Whether all of these findings have this theme already."""
    have = session.scalars(select(Finding.theme_id).where(Finding.id.in_(chosen))).all()
    return bool(chosen) and len(have) == len(chosen) and set(have) == {theme_id}


def _check(session: Session, asked: ThemeSplit, there: str | None) -> None:
    if not asked.chosen:
        raise Refused("Choose the findings that are to get another theme.", f"{FINDINGS}_1")
    if asked.chosen - {each.id for each in asked.findings}:
        raise Refused(
            "One of these findings isn't about this theme any more. Please open the form again.", f"{FINDINGS}_1"
        )
    if bool(asked.into_id) == bool(asked.label):
        raise Refused("Choose an existing theme, or write a new one, but not both.", INTO)
    if asked.into_id and there not in {each.id for each in asked.offered}:
        raise Refused("Choose another theme of those that are offered.", INTO)
    if asked.label:
        themes.fresh_label(session, asked.label, field=LABEL)
        themes.require_room(session, LABEL)


def _made(session: Session, who: Actor, asked: ThemeSplit) -> str:
    """The id of a newly created theme; it is a strength if the theme that is split is one."""
    label = themes.fresh_label(session, asked.label, field=LABEL)
    screen.screen(session, who, {LABEL: label})
    theme = LearningTheme(label=label, strength=asked.theme.strength)
    session.add(theme)
    session.flush()
    trail.record(session, who, "theme.add", subject_id=theme.id)
    return theme.id


def _move(session: Session, who: Actor, asked: ThemeSplit, theme_id: str) -> None:
    """Move the findings. Each gets a new version, so that a form of it that is still open is shown again."""
    for row in session.scalars(
        select(Finding).where(Finding.id.in_(asked.chosen)).order_by(Finding.id).with_for_update(**LOCK)
    ):
        detail = f"from {row.theme_id} to {theme_id}"
        row.theme_id, row.version = theme_id, row.version + 1
        trail.record(session, who, "theme.split", subject_id=row.id, detail=detail)
    session.flush()
