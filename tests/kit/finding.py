"""What coordinators do about findings and learning themes, in few words."""

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
    """The cycle, open at Wednesday noon, with learning themes; the summaries of these cases are released."""
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
    """From the case's discussion: open the form of a new finding, fill it in and send it."""
    assert asked(play, COORDINATOR, "case.discuss", case_id(play, reference)).ok
    press(play, "finding.new")
    given = {"kind": "concern", "agency": "several", "text": WORDS} | answers
    return enter(play, theme=theme_id(play, theme) if theme else "none", **given)


def findings(play: Play) -> list[Finding]:
    """Every finding's row, withdrawn ones too."""
    with play.reading() as session:
        return list(session.scalars(select(Finding).order_by(Finding.id)))


def counted(play: Play) -> dict[str, tuple[int, int]]:
    """Each learning theme with findings -> n of N."""
    return {each.theme: (each.cases, each.of) for each in play.board().themes}
