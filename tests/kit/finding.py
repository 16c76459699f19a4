"""Short functions for coordinators' work on findings and learning themes."""

from datetime import datetime

from sqlalchemy import select

from audit.calendar import LONDON
from audit.findings import themes
from sandbox.slack import Outcome
from storage.cases import Case
from storage.clock import now
from storage.cycles import LearningTheme
from storage.findings import Finding
from tests.kit.managing import COORDINATOR, case_id, enter, press
from tests.kit.play import Play
from tests.kit.pressing import acting, asked

THEMES = ("Guardianship orders", "Housing", "SGO payments")
WORDS = "The allowance was never paid."


def released(play: Play, *references: str) -> None:
    """The cycle, open at Wednesday noon, with learning themes, and with these cases released."""
    play.move_clock(datetime(2026, 3, 4, 12, 0, tzinfo=LONDON))
    play.load()
    who = acting(play, COORDINATOR)
    with play.sessions.begin() as session:
        themes.add(session, who, "\n".join(THEMES))
        for case in session.scalars(select(Case).where(Case.reference.in_(references))):
            case.released_at = now(session)


def theme_id(play: Play, label: str) -> str:
    with play.reading() as session:
        return session.scalars(select(LearningTheme.id).where(LearningTheme.label == label)).one()


def add(play: Play, reference: str, theme: str = "", **answers: object) -> Outcome:
    """Add a finding from the case's discussion."""
    assert asked(play, COORDINATOR, "case.discuss", case_id(play, reference)).ok
    press(play, "finding.new")
    given = {"kind": "concern", "agency": "several", "text": WORDS} | answers
    return enter(play, theme=theme_id(play, theme) if theme else "none", **given)


def findings(play: Play) -> list[Finding]:
    """Every finding's row, including withdrawn ones."""
    with play.reading() as session:
        return list(session.scalars(select(Finding).order_by(Finding.id)))


def counted(play: Play) -> dict[str, tuple[int, int]]:
    """Learning theme -> n of N, for themes with findings."""
    return {each.theme: (each.cases, each.of) for each in play.board().themes}
