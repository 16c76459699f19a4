"""Learning themes: what agencies may tag a return with; not a cycle's audit theme, which is chosen beforehand."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, require_coordinator
from audit.agencies import take_turns
from audit.description import AS_LABEL
from audit.errors import NotFound, Refused
from audit.lines import Bad, Unreadable, fitting, numbered, plain, refuse, sentence
from storage.clock import now
from storage.cycles import LearningTheme

MOST_OFFERED = 100
"""As many as a menu in Slack holds."""
VERB = "themes.edit"


@dataclass(frozen=True)
class Standing:
    """A learning theme as it counts now."""

    id: str
    label: str


def standing(session: Session) -> dict[str, Standing]:
    """Every learning theme's id -> the theme as which it counts: itself, or the one it was merged into."""
    themes = {theme.id: theme for theme in session.scalars(select(LearningTheme))}
    found = {}
    for theme_id, theme in themes.items():
        end = theme
        while end.merged_into_id is not None:
            end = themes[end.merged_into_id]
        found[theme_id] = Standing(end.id, end.label)
    return found


@dataclass(frozen=True)
class ThemeLine:
    """A learning theme; `retired`: kept where it was tagged, but no longer offered."""

    id: str
    label: str
    retired: bool


def listed(session: Session, who: Actor) -> tuple[ThemeLine, ...]:
    """All learning themes for a coordinator, those that are offered first."""
    require_coordinator(who, VERB)
    found = session.scalars(select(LearningTheme).order_by(LearningTheme.retired_at.is_not(None), LearningTheme.label))
    return tuple(_line(each) for each in found)


def theme(session: Session, who: Actor, theme_id: str) -> ThemeLine:
    """A learning theme, for a coordinator; NotFound."""
    require_coordinator(who, VERB, theme_id)
    return _line(_found(session, theme_id))


def _found(session: Session, theme_id: str) -> LearningTheme:
    found = session.get(LearningTheme, theme_id)
    if found is None:
        raise NotFound("This learning theme isn't there any more.")
    return found


def _line(found: LearningTheme) -> ThemeLine:
    return ThemeLine(found.id, found.label, found.retired_at is not None)


def add(session: Session, who: Actor, text: str, field: str = "lines") -> int:
    """Add a learning theme for each line, all or none; how many weren't there yet. Refused at `field`."""
    require_coordinator(who, VERB)
    take_turns(session)
    there = {plain(label) for label in session.scalars(select(LearningTheme.label))}
    fresh: list[LearningTheme] = []
    bad: list[Bad] = []
    for number, line in numbered(text):
        try:
            label = fitting(AS_LABEL, line.strip())
        except Unreadable as why:
            bad.append(Bad(number, str(why)))
            continue
        if plain(label) not in there:
            fresh.append(LearningTheme(label=label))
            there.add(plain(label))
    refuse(bad, field)
    if _offered(session) + len(fresh) > MOST_OFFERED:
        raise Refused(f"At most {MOST_OFFERED} learning themes can be offered: retire some first.", field=field)
    for each in fresh:
        session.add(each)
        trail.record(session, who, "theme.add", subject_id=each.id)
    return len(fresh)


def _offered(session: Session) -> int:
    return session.scalar(select(func.count()).where(LearningTheme.retired_at.is_(None))) or 0


def change(session: Session, who: Actor, theme_id: str, label: str, *, retired: bool) -> ThemeLine:
    """Rename a learning theme, retire it or offer it again; Refused at `label`."""
    require_coordinator(who, VERB, theme_id)
    take_turns(session)
    found = _found(session, theme_id)
    others = session.scalars(select(LearningTheme.label).where(LearningTheme.id != theme_id))
    try:
        kept = fitting(AS_LABEL, label)
    except Unreadable as why:
        raise Refused(sentence(str(why)), field="label") from None
    if plain(kept) in {plain(other) for other in others}:
        raise Refused(f"There is a learning theme “{kept}” already.", field="label")
    back = found.retired_at is not None and not retired
    if back and _offered(session) >= MOST_OFFERED:
        raise Refused(f"At most {MOST_OFFERED} learning themes can be offered: retire another first.", field="retired")
    if (found.label, found.retired_at is not None) != (kept, retired):
        found.label = kept
        found.retired_at = (found.retired_at or now(session)) if retired else None
        trail.record(session, who, "theme.change", subject_id=theme_id, detail="retired" if retired else "offered")
    return _line(found)
