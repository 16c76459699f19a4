"""What an audit or a learning theme was called before is erased from the versions of its report; its numbers stay."""

from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from audit.disclosure.told_before import NAMED, THEME, Fact, ToldVersion
from audit.findings import themes
from audit.report import contents, gather, issue, publishable, published
from audit.report.contents import Contents
from audit.report.publishable import Decision
from storage import chain
from storage.clock import now
from storage.crypto import seal
from storage.cycles import Cycle, LearningTheme
from storage.people import Person
from storage.publications import Audience, Publication
from storage.reports import Edition, Report, ReportParagraph
from tests.kit.erasing import in_texts, said_of_audit, texts_of_audit
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, acting
from tests.kit.purging import later, over, purge
from tests.kit.reporting import answered
from views.documents import markdown
from views.report import editions

FIRST, SECOND = "Canaryone", "Canarytwo and payments for her carers"
"""What two learning themes were called, one of them in so many words that they are found within others."""
TITLE = "Canarythree of audit 2"


def called(play: Play, cycle_id: str) -> list[str]:
    """Two themes and the audit have names that must go, in a version that was published; then other ones. Their ids."""
    who = acting(play, COORDINATOR)
    with play.sessions.begin() as session:
        ids = list(session.scalars(select(LearningTheme.id).where(LearningTheme.label.in_(_of(session, cycle_id)))))[:2]
        for theme_id, label in zip(ids, (FIRST, SECOND), strict=True):
            themes.change(session, who, theme_id, label)
        session.execute(update(Cycle).values(title=TITLE))
        by = session.scalars(select(Person.id).limit(1)).one()
        for number, theme_id in enumerate(ids):
            text = ReportParagraph(cycle_id=cycle_id, place="theme", theme_id=theme_id, by_id=by, at=now(session))
            seal(session, text, "text", f"Paragraph {number}.")
            text.public_at, text.public_by_id = now(session), by
            session.add(text)
    with play.sessions.begin() as session:
        made = issue.make(session, None, cycle_id)
        facts = frozenset(Fact(THEME, label, NAMED, 1) for label in (FIRST, SECOND))
        row = Publication(
            cycle_id=cycle_id, audience=Audience.PUBLIC, what=Edition.PUBLIC, report_id=made.id,
            asked_at=now(session), released_at=now(session),
        )  # fmt: skip
        published.put(session, row, Decision(("names",), (), (), facts))
        session.add(row)
        for number, theme_id in enumerate(ids):
            themes.change(session, who, theme_id, f"Theme {number}")
        session.execute(update(Cycle).values(title="Audit 2"))
    return ids


def _of(session: Session, cycle_id: str) -> list[str]:
    return [each.label for each in gather.contents(session, cycle_id).themes]


def kept(session: Session) -> Contents:
    return contents.kept(session, session.scalars(select(Report)).one())


def told(session: Session, cycle_id: str) -> tuple[ToldVersion, ...]:
    return published.before(session, cycle_id, gather.contents(session, cycle_id)).told


def text_of(version: Contents, edition: Edition, play: Play) -> str:
    shown = None if edition == Edition.FULL else publishable.Publishable(frozenset({"names"}))
    return markdown(editions.document(version, edition, 1, play.settings.clock.now(), shown=shown))


@pytest.mark.both_databases
def test_what_was_called_otherwise_since_goes_from_versions_and_from_what_was_told(play: Play, tmp_path: Path) -> None:
    cycle_id = answered(play)
    assert chain.seal(play.sessions).count, "so that a version names the heads of its chains"
    called(play, cycle_id)
    assert [each.detail for each in entries(play.sessions, "theme.rename")] == [""] * 4
    with play.reading() as session:
        before, facts = kept(session), told(session, cycle_id)
        assert {fact.part for version in facts for fact in version.facts} == {"Theme 0", "Theme 1"}
    rows = texts_of_audit(play, tmp_path / "before.xlsx")
    listed = {str(row[6]): row for row in rows if row[9] == "reports"}
    assert listed.keys() == {FIRST, SECOND, TITLE}, "each once, and nothing that stands elsewhere"
    assert {row[5] for row in listed.values()} == {1}
    named = [word for row in listed.values() for word in ("--text", str(row[8]))]
    assert "3 texts were erased, from 2 rows." in said_of_audit(play, tmp_path, *named, "--for-good")
    with play.reading() as session:
        assert in_texts(session, {FIRST, SECOND, "Canarytwo", TITLE}) == set()
        after = kept(session)
        assert told(session, cycle_id) == facts, "what was told of which theme is known as before"
    assert (after.tally, after.statistics, after.method) == (before.tally, before.statistics, before.method)
    for edition in (Edition.FULL, Edition.PUBLIC):
        text = text_of(after, edition, play)
        for number, label in enumerate((FIRST, SECOND)):
            erased = f"(erased, {listed[label][8]})"
            assert erased in text
            assert (
                text.count(f"Paragraph {number}.") == text_of(before, edition, play).count(f"Paragraph {number}.") > 0
            )
    assert not [row for row in texts_of_audit(play, tmp_path / "after.xlsx") if row[9] == "reports"]


def test_at_the_end_of_its_time_nothing_says_what_a_learning_theme_was_called(play: Play) -> None:
    cycle_id = over(play)
    called(play, cycle_id)
    later(play)
    purge(play)
    with play.reading() as session:
        assert in_texts(session, {FIRST, "Canarytwo", TITLE}) == set()
        assert text_of(kept(session), Edition.PUBLIC, play)
