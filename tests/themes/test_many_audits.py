"""A learning theme that many audits found: its page asks the database no more than where one did."""

from sqlalchemy import select

from audit.access import actor
from audit.themes import evidence
from storage.cycles import LearningTheme
from storage.findings import Finding
from tests.kit import many_audits
from tests.kit.forging import TEAM
from tests.kit.managing import COORDINATOR
from tests.kit.metering import Meter
from tests.kit.play import Play

FIRST, MANY = 100, 12


def test_a_theme_of_many_audits_is_read_at_once(play: Play) -> None:
    play.load()
    with play.sessions.begin() as session:
        first = many_audits.finished(session, FIRST)
        database = str(session.connection().engine.url.database)
        theme_id = session.scalars(select(LearningTheme.id).join(Finding, Finding.theme_id == LearningTheme.id)).first()
    assert theme_id is not None
    meter = Meter(database)
    pages, asked = [], []
    for more in (range(0), range(FIRST + 1, FIRST + MANY)):
        with play.sessions.begin() as session:
            many_audits.copied(session, first, more)
            who = actor(session, TEAM, COORDINATOR)
            with meter.counting():
                pages.append(evidence.theme(session, who, theme_id))
            asked.append(meter.spent("it").statements)
    [one], many = pages[0].shares, pages[1].shares
    assert [each.cycle for each in many] == list(reversed(range(FIRST, FIRST + MANY)))
    assert {(each.count, tuple(found.text for found in each.findings)) for each in many} == {
        (one.count, tuple(found.text for found in one.findings))
    }
    assert asked[0] == asked[1]
