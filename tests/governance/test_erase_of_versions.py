"""What an audit or a learning theme was called before is erased from the versions of its report; its numbers stay."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from audit.disclosure.published_before import ALL, NAMED, Fact, PublishedVersion
from audit.findings import themes
from audit.report import contents, gather, issue, publishable, published
from audit.report.contents import Contents
from audit.report.provenance import BY_AGENCY, CASES, THEME, Figure
from audit.report.publishable import Decision
from audit.screening.erased import LONG
from storage import chain
from storage.actions import Action
from storage.clock import now
from storage.crypto import seal, unseal
from storage.cycles import Cycle, LearningTheme
from storage.people import Person
from storage.publications import Audience, Publication
from storage.reports import Edition, Report, ReportParagraph
from tests.kit.erasing import in_texts, reference_of, said_of_audit, texts_of_audit
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, acting
from tests.kit.purging import later, over, purge
from tests.kit.reporting import answered
from tests.retention.test_purge import renamed
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
        publish(session, cycle_id, (Fact(THEME, label, NAMED, 1) for label in (FIRST, SECOND)))
        for number, theme_id in enumerate(ids):
            themes.change(session, who, theme_id, f"Theme {number}")
        session.execute(update(Cycle).values(title="Audit 2"))
    return ids


def publish(session: Session, cycle_id: str, facts: Iterable[Fact]) -> None:
    """Make a version, and tell the public these facts of it."""
    made = issue.make(session, None, cycle_id)
    row = Publication(
        cycle_id=cycle_id, audience=Audience.PUBLIC, what=Edition.PUBLIC, report_id=made.id,
        asked_at=now(session), released_at=now(session),
    )  # fmt: skip
    published.put(session, row, Decision(("names",), (), (), frozenset(facts)))
    session.add(row)


def owned_by(session: Session, *owners: str) -> None:
    """These words are the owners of actions of the audit."""
    some = select(Action).where(Action.case_id.is_(None)).order_by(Action.id).limit(len(owners))
    for action, owner in zip(session.scalars(some), owners, strict=True):
        seal(session, action, "owner", owner)


def erase_owners(play: Play, tmp_path: Path, *owners: str) -> Mapping[str, str]:
    """Erase them; owner -> by which reference."""
    rows = texts_of_audit(play, tmp_path / "before.xlsx")
    found = {each: reference_of(rows, each, "actions") for each in owners}
    said_of_audit(play, tmp_path, *(word for each in found.values() for word in ("--text", each)), "--for-good")
    return found


def _of(session: Session, cycle_id: str) -> list[str]:
    return [each.label for each in gather.contents(session, cycle_id).themes]


def kept(session: Session) -> Contents:
    return contents.kept(session, session.scalars(select(Report)).one())


def told(session: Session, cycle_id: str) -> tuple[PublishedVersion, ...]:
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


@pytest.mark.both_databases
def test_a_text_that_reads_like_what_an_area_or_agency_was_called_leaves_their_numbers(
    play: Play, tmp_path: Path
) -> None:
    cycle_id = answered(play)
    with play.sessions.begin() as session:
        said = gather.contents(session, cycle_id)
        (short, _), (long, _) = said.agencies[:2]
        assert len(long) >= LONG, "so that it is looked for within others"
        owned_by(session, short, long, said.areas[0])
        publish(
            session,
            cycle_id,
            (Fact(BY_AGENCY, short, ALL, 1), Fact(BY_AGENCY, long, ALL, 1), Fact(CASES, said.areas[0], ALL, 1)),
        )
    renamed(play)
    with play.reading() as session:
        before, facts = kept(session), told(session, cycle_id)
    assert not [row for row in texts_of_audit(play, tmp_path / "then.xlsx") if row[9] == "reports"]
    erase_owners(play, tmp_path, short, long, said.areas[0])
    with play.reading() as session:
        assert kept(session) == before, "there it is the name, and nobody can tell them apart"
        assert told(session, cycle_id) == facts
        owners = {unseal(session, each, "owner") for each in session.scalars(select(Action))}
    assert owners.isdisjoint({short, long, said.areas[0]})


@pytest.mark.both_databases
def test_a_text_that_reads_like_a_learning_theme_leaves_what_was_written_about_the_theme(
    play: Play, tmp_path: Path
) -> None:
    cycle_id = answered(play)
    called(play, cycle_id)
    with play.sessions.begin() as session:
        owned_by(session, "Theme 0")
        issue.make(session, None, cycle_id)
        session.execute(delete(Publication))
        session.execute(delete(Report).where(Report.version == 1))
    with play.reading() as session:
        before = kept(session)
    erase_owners(play, tmp_path, "Theme 0")
    with play.reading() as session:
        after = kept(session)
    assert (after.written, after.public_places) == (before.written, before.public_places)
    assert "Paragraph 0." in text_of(after, Edition.PUBLIC, play)


@pytest.mark.both_databases
def test_texts_that_read_like_what_two_learning_themes_were_called_leave_them_two(play: Play, tmp_path: Path) -> None:
    cycle_id = answered(play)
    called(play, cycle_id)
    with play.sessions.begin() as session:
        owned_by(session, FIRST, SECOND, TITLE)
    with play.reading() as session:
        before, facts = kept(session), told(session, cycle_id)
    found = erase_owners(play, tmp_path, FIRST, SECOND, TITLE)
    with play.reading() as session:
        assert in_texts(session, {FIRST, "Canarytwo", TITLE}) == set()
        after = kept(session)
        assert told(session, cycle_id) == facts
    assert figures(after, before) == before.figures
    assert {each.label for each in after.themes} >= {f"(erased, {found[each]})" for each in (FIRST, SECOND)}
    with play.reading() as session:
        owners = {unseal(session, each, "owner") for each in session.scalars(select(Action))}
    assert "(erased)" in owners, "elsewhere no reference stands"


def figures(after: Contents, before: Contents) -> tuple[Figure, ...]:
    """The figures of a version, with its learning themes called as they were `before`."""
    names = {one.label: other.label for one, other in zip(after.themes, before.themes, strict=True)}
    assert len(names) == len(after.themes), "two themes became one"
    return tuple(replace(each, part=names.get(each.part, each.part)) for each in after.figures)


def answers(play: Play, version: Contents) -> list[str]:
    """How the table of learning themes goes on after what each is called."""
    rows = (f"| {each.label} |" for each in version.themes)
    lines = text_of(version, Edition.FULL, play).splitlines()
    return [line.removeprefix(row) for row in rows for line in lines if line.startswith(row)]


@pytest.mark.both_databases
def test_at_the_end_of_its_time_nothing_says_what_a_learning_theme_was_called_and_two_stay_two(play: Play) -> None:
    cycle_id = over(play)
    called(play, cycle_id)
    with play.reading() as session:
        before = kept(session)
    later(play)
    purge(play)
    with play.reading() as session:
        assert in_texts(session, {FIRST, "Canarytwo", TITLE}) == set()
        after = kept(session)
        decided = published.decided(session, session.scalars(select(Publication)).one())
    assert decided is not None
    assert len(decided.facts) == 2
    assert figures(after, before) == before.figures
    assert len(after.written) == len(before.written) == 2
    assert answers(play, after) == answers(play, before)
    purge(play)
    with play.reading() as session:
        assert kept(session) == after
