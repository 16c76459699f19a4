"""Sessions: one writing transaction, looks that change nothing, times with a zone, and no connection left behind."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError, StatementError

from storage import trail
from storage.engine import Sessions
from storage.people import Area, Person, Workspace
from storage.trail import TrailEntry
from storage.writers_turn import Busy


def area(label: str) -> Area:
    return Area(label=label)


def labels(sessions: Sessions) -> set[str]:
    with sessions.reading() as session:
        return set(session.scalars(select(Area.label)))


def test_a_block_commits_whole_or_not_at_all(sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.add_all([area("East"), area("West")])

    def interrupted() -> None:
        with sessions.begin() as session:
            session.add(area("North"))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert labels(sessions) == {"East", "West"}
    assert sessions.checked_out() == 0


def test_a_look_changes_nothing(sessions: Sessions) -> None:
    with pytest.raises(DBAPIError), sessions.reading() as session:
        session.execute(insert(Area).values(id="1", label="East"))
    assert labels(sessions) == set()


def test_a_look_sees_one_moment(sessions: Sessions) -> None:
    with sessions.reading() as session:
        assert session.scalars(select(Area.label)).all() == []
        with sessions.begin() as other:
            other.add(area("East"))
        assert session.scalars(select(Area.label)).all() == []
    assert labels(sessions) == {"East"}


def test_a_row_of_nothing_is_refused(sessions: Sessions) -> None:
    """Foreign keys hold on both databases."""
    with pytest.raises(DBAPIError), sessions.begin() as session:
        session.add(Person(workspace_id="none", user_id="U1", label="A lead"))
    assert sessions.checked_out() == 0


def test_parallel_writers_lose_nothing(sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.add(Workspace(team_id="T1", name="0"))
    lost = []

    def write() -> None:
        for _ in range(10):
            try:
                with sessions.begin() as session:
                    row = session.scalars(select(Workspace).with_for_update()).one()
                    row.name = str(int(row.name) + 1)
            except (Busy, DBAPIError) as error:
                lost.append(error)

    writers = [threading.Thread(target=write) for _ in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with sessions.reading() as session:
        assert int(session.scalars(select(Workspace.name)).one()) == 60 - len(lost), "what was refused was not written"
    assert sessions.checked_out() == 0


def test_a_time_without_a_zone_is_refused(sessions: Sessions) -> None:
    naive = datetime(2024, 1, 1)  # noqa: DTZ001  # that is the point
    with pytest.raises(StatementError, match="without a zone"), sessions.begin() as session:
        session.add(TrailEntry(at=naive, actor="x", verb="y"))


def test_times_come_back_as_the_same_moment_in_utc(sessions: Sessions) -> None:
    moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1))  # noqa: DTZ001  # zones are drawn apart
    zones = st.builds(timezone, st.timedeltas(timedelta(hours=-23), timedelta(hours=23)))

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(moments, zones)
    def kept(moment: datetime, zone: timezone) -> None:
        at = moment.replace(tzinfo=zone)
        with sessions.begin() as session:
            entry = trail.add(session, TrailEntry(at=at, actor="x", verb="y"))
            session.flush()
            number = entry.number
        with sessions.reading() as session:
            back = session.get_one(TrailEntry, number).at
        assert back == at
        assert back.tzinfo == UTC

    kept()


@pytest.mark.parametrize(
    "text", ["\U0001f600", "\u0634\u0643\u0631\u0627", "a\u200db", "e\u0301", "\U0001f468\u200d\U0001f469"]
)
def test_fault_21_any_writing_comes_back_as_it_was(sessions: Sessions, text: str) -> None:
    with sessions.begin() as session:
        session.add(area(text))
    assert labels(sessions) == {text}
