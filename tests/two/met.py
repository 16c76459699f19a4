"""What is done at the audit meetings and after them, as two people have it open."""

from collections.abc import Iterator
from functools import partial

from sqlalchemy import select

from storage.actions import Action, Recommendation
from storage.cycles import CycleArea, LearningTheme
from storage.findings import Finding
from tests.journeys.test_older_forms import within
from tests.kit import managing
from tests.kit.play import Play
from tests.kit.pressing import return_of
from tests.two.forms import THIRD, Raced, Then, by

CASE = "T2-EAST-01"
WRITING, OPENED = "while you were writing", "since you opened this"
THEN = {
    **dict.fromkeys(("grade.moderated", "finding.save", "finding.withdraw", "case.ratify", "case.reopened"), Then.TOLD),
    **dict.fromkeys(("recommendation.save", "recommendation.withdraw", "action.stepped", "action.owned"), Then.TOLD),
    **dict.fromkeys(("attendance.record", "theme.merged", "theme.renamed", "theme.parted"), Then.TOLD),
    **dict.fromkeys(("recommendation.withdraw, alike", "theme.unmerge", "cycle.step"), Then.ONCE),
    **dict.fromkeys(("finding.add", "recommendation.add", "action.add"), Then.EACH),
}


def rows(play: Play) -> Iterator[tuple[str, Raced]]:
    cycle, case = managing.cycle(play).id, managing.case_id(play, CASE)
    police, education = managing.agency_ids(play, "Police", "Education")
    yield "cycle.step", Raced(by(("cycle.steps", cycle)), button=("cycle.step", None))
    with play.reading() as session:
        place = managing.place_id(play, "East")
        meeting = session.scalars(select(CycleArea.meeting_id).where(CycleArea.id == place)).one()
        finding, other = session.scalars(select(Finding.id).where(Finding.case_id == case).order_by(Finding.id))
    attended = by(("attendance.edit", meeting))
    yield "attendance.record", Raced(attended, {"present_0": [police]}, {"present_0": [police, education]}, OPENED)
    given: dict[str, object] = {"grade": "inadequate", "why": "A long drift."}
    opens = by(("grade.moderate", return_of(play, CASE, "Police")))
    yield "grade.moderated", Raced(opens, given, {"why": "Another reason."}, WRITING)
    words = {"kind": "concern", "agency": "several", "theme": "none", "text": "It was late."}
    yield "finding.add", Raced(by(("finding.new", case)), words, {"text": "It was early."})
    edited = by(("finding.edit", finding))
    yield "finding.save", Raced(edited, {"text": "It was paid."}, {"text": "It was not paid."}, WRITING)
    yield (
        "finding.withdraw",
        Raced(
            edited, {"text": "It was paid late."}, instead=("finding.withdraw", None), told=f"{WRITING}|If it turns out"
        ),
    )
    due = {"what": "Do it.", "owner": "Head", "due": "2026-04-20"}
    yield "action.add", Raced(by(("action.new", case)), due, {"what": "Do that."})
    with play.reading() as session:
        action = session.scalars(select(Action.id).order_by(Action.number)).first() or ""
    shown = ("action.show", action)
    stepped, owned = by(shown, ("action.step", action)), by(shown, ("action.owner", action))
    yield "action.stepped", Raced(stepped, {"state": "in_progress", "note": "Begun."}, {"note": "Begun late."}, OPENED)
    yield "action.owned", Raced(owned, {"owner": "Deputy", "note": "The head has left."}, {"owner": "Manager"}, OPENED)
    yield from _recommendations(play, cycle)
    yield from _themes(play, other)
    judged = {"grade": "good", "why": "It held."}
    yield "case.ratify", Raced(by(("case.judge", case)), judged, {"why": "It didn't hold."}, WRITING)
    again = {"reason": "A record turned up."}
    yield "case.reopened", Raced(by(("case.reopen", case)), again, {"reason": "Another one."}, "was re-opened")


def _recommendations(play: Play, cycle: str) -> Iterator[tuple[str, Raced]]:
    listed = ("recommendations.show", cycle)
    opens = by(listed, ("recommendation.new", cycle))
    yield "recommendation.add", Raced(opens, {"text": "Name a lead."}, {"text": "Name two."})
    with play.reading() as session:
        one = session.scalars(select(Recommendation.id).order_by(Recommendation.number)).first() or ""
    changed = by(listed, ("recommendation.edit", one))
    yield "recommendation.save", Raced(changed, {"text": "Name leads."}, {"text": "Name none."}, "was changed since")

    def either(play: Play, user: str) -> None:
        within(play, user, listed, *([] if user == THIRD else [("recommendation.edit", one)]))

    def block(number: int) -> str:
        """The buttons of a recommendation; a negative number counts from the end."""
        with play.reading() as session:
            row = session.scalars(select(Recommendation).order_by(Recommendation.number)).all()[number]
            return f"of-{row.id}__{row.version}"

    def reword(play: Play, user: str) -> None:
        either(play, user)
        if user != THIRD:
            play.fill(user, text="Name somebody.")

    gone = f"{OPENED}|no longer exists"
    yield "recommendation.withdraw", Raced(reword, instead=("recommendation.withdraw", block(0)), told=gone)
    yield "recommendation.withdraw, alike", Raced(by(listed), button=("recommendation.withdraw", block(-1)))


def _themes(play: Play, finding: str) -> Iterator[tuple[str, Raced]]:
    with play.reading() as session:
        about = session.get_one(Finding, finding).theme_id or ""
        one, other, *_ = session.scalars(select(LearningTheme.id).where(LearningTheme.id != about))
    first = partial(Raced, shown_first=True)
    yield "theme.renamed", Raced(by(("theme.rename", one)), {"label": "Late plans"}, {"label": "No plans"})
    parted = {"findings_1": [finding], "label": "Late payments"}
    yield "theme.parted", first(by(("theme.split", about)), parted, {"label": "Early payments"}, "any more")
    yield "theme.merged", first(by(("theme.merge", one)), {"into": other}, {"into": about}, "already")
    with play.reading() as session:
        into = session.get_one(LearningTheme, one).merged_into_id or ""
    yield "theme.unmerge", Raced(by(("theme.show", into)), button=("theme.unmerge", None))
