"""Commits that several share on SQLite: one wait for the disk, and each succeeds or fails by itself."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from time import monotonic

import pytest
from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from audit.errors import Refused
from bot.settings import Settings
from storage.engine import WROTE, Sessions
from storage.people import Person, Workspace
from storage.shared_commits import AMPLE
from storage.writers_turn import Busy
from tests.faults.databases import locked
from tests.faults.processes import until

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Work = Callable[[Session], str]


class Desk:
    """Those who write at once. `wrote`: who was told that something of theirs is stored, whatever came after."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self.bring = sessions.run_in_transaction
        """How one brings what is to be done."""
        self.commits = 0
        self.wrote = dict[str, bool]()

    def at_once(self, *works: Work) -> list[Future[str]]:
        """What became of each, in the order in which they came while somebody else wrote."""
        shared, done = self.sessions._shared, list[Future[str]]()  # noqa: SLF001  # nobody else knows how many wait
        with ThreadPoolExecutor(len(works)) as pool, self.sessions.begin():
            for number, work in enumerate(works, 1):
                done.append(pool.submit(self.one, work))
                assert until(lambda: shared._led and len(shared._waiting) == number - 1)  # noqa: B023, SLF001  # as above
            self.commits = -1  # that one's own
        return done

    def one(self, work: Work) -> str:
        """Bring it."""
        WROTE.set(True)
        try:
            return self.bring(work)
        finally:
            self.wrote[work.__name__] = WROTE.get()

    def stored(self) -> list[str]:
        """The names of the rows that are there."""
        with self.sessions.reading() as session:
            return sorted(session.scalars(select(Workspace.name)))


@pytest.fixture
def make(settings: Settings) -> Iterator[Callable[[float], Desk]]:
    """A desk at which one waits for so many seconds."""
    made = list[Desk]()

    def desk(patience: float = 60) -> Desk:
        made.append(Desk(settings.sessions(patience=patience)))
        return made[-1]

    def count(_: Connection) -> None:
        for each in made:
            each.commits += 1

    event.listen(Engine, "commit", count)
    yield desk
    event.remove(Engine, "commit", count)
    for each in made:
        each.sessions.dispose()


@pytest.fixture
def desk(make: Callable[[], Desk]) -> Desk:
    return make()


def storing(name: str, then: Callable[[Session], object] = lambda _: None) -> Work:
    """Something that stores a row of that name, and then does whatever else."""

    def work(session: Session) -> str:
        session.add(Workspace(team_id=name, name=name))
        session.flush()
        then(session)
        return name

    work.__name__ = name
    return work


def refuse(_: Session) -> None:
    raise Refused("Not this one.")


def again(session: Session) -> None:
    """Store something that is there already."""
    session.add(Workspace(team_id="a", name="again"))
    session.flush()


def of_nobody(session: Session) -> None:
    """Store somebody of a workspace that isn't there, which the database notices when it is committed."""
    session.add(Person(workspace_id="0" * 32, user_id="U0", label="Nobody"))
    session.flush()


def give_up(session: Session) -> None:
    """Do what SQLite may do by itself where a disk is full: give up the whole transaction, not just a savepoint."""
    session.connection().exec_driver_sql("ROLLBACK")
    raise OperationalError("INSERT", None, Exception("database or disk is full"))


def test_who_waits_at_once_shares_a_commit(desk: Desk) -> None:
    done = desk.at_once(*map(storing, "abcde"))
    assert desk.commits == 1
    assert [each.result() for each in done] == [*"abcde"], "each is told what became of theirs"
    assert desk.stored() == [*"abcde"]
    assert desk.wrote == dict.fromkeys("abcde", True)


@pytest.mark.parametrize(("fault", "error"), [(refuse, Refused), (again, IntegrityError)])
@pytest.mark.parametrize("which", ["b", "c", "e"])
def test_what_is_refused_takes_nobody_with_it(
    desk: Desk, which: str, fault: Callable[[Session], None], error: type[Exception]
) -> None:
    done = desk.at_once(*(storing(name, fault if name == which else lambda _: None) for name in "abcde"))
    assert desk.commits == 1
    others = [name for name in "abcde" if name != which]
    assert isinstance(done["abcde".index(which)].exception(), error)
    assert [each.result() for each in done if each.exception() is None] == others
    assert desk.stored() == others
    assert desk.wrote == {name: name != which for name in "abcde"}


def test_the_first_may_be_refused_too(desk: Desk) -> None:
    done = desk.at_once(storing("a", refuse), storing("b"))
    assert isinstance(done[0].exception(), Refused)
    assert desk.stored() == ["b"]
    assert desk.wrote == {"a": False, "b": True}, "who did the writing for others wrote nothing of their own"
    with pytest.raises(Refused):
        desk.one(storing("c", refuse))
    assert desk.stored() == ["b"], "where nobody else waits it is the same"


@pytest.mark.parametrize(("fault", "error"), [(of_nobody, IntegrityError), (give_up, DBAPIError)])
@pytest.mark.parametrize("which", ["a", "c", "e"])
def test_nobody_is_told_that_it_is_stored_if_it_is_not(
    desk: Desk, which: str, fault: Callable[[Session], None], error: type[Exception]
) -> None:
    done = desk.at_once(*(storing(name, fault if name == which else lambda _: None) for name in "abcde"))
    assert all(isinstance(each.exception(), error) for each in done if each.exception() is not None)
    assert desk.stored() == [each.result() for each in done if each.exception() is None]
    assert desk.wrote == {name: name in desk.stored() for name in "abcde"}
    assert which not in desk.stored()
    assert desk.sessions.run_in_transaction(storing("f")) == "f"
    assert desk.sessions.checked_out() == 0


def test_who_waits_too_long_is_told_so_and_nothing_is_stored_later(make: Callable[[float], Desk]) -> None:
    desk = make(0.2)
    with ThreadPoolExecutor(3) as pool, locked(str(desk.sessions.url)):
        errors = [each.exception() for each in [pool.submit(desk.one, storing(name)) for name in "abc"]]
    assert all(isinstance(each, Busy | OperationalError) for each in errors), errors
    assert desk.stored() == []
    assert desk.wrote == dict.fromkeys("abc", False)
    assert desk.sessions.run_in_transaction(storing("d")) == "d"


def test_who_has_little_time_left_does_nothing_for_others(make: Callable[[float], Desk]) -> None:
    desk = make(60)
    desk.bring = lambda work: desk.sessions._shared.run(work, monotonic() + 60 * AMPLE - 1)  # noqa: SLF001  # nor when
    done = desk.at_once(*map(storing, "abc"))
    assert desk.commits == 3
    assert [each.result() for each in done] == desk.stored() == [*"abc"]


def test_what_takes_long_is_not_made_longer_by_what_others_want(make: Callable[[float], Desk]) -> None:
    desk = make(60)
    ample = monotonic() + 1
    desk.bring = lambda work: desk.sessions._shared.run(work, ample + 60 * AMPLE)  # noqa: SLF001  # nor until when

    def long(_: Session) -> None:
        assert until(lambda: monotonic() > ample)

    done = desk.at_once(storing("a", long), *map(storing, "bc"))
    assert desk.commits == 3
    assert [each.result() for each in done] == desk.stored() == [*"abc"]


def test_who_waits_for_another_is_told_in_time_that_nothing_was_stored(make: Callable[[float], Desk]) -> None:
    """The one before takes long: its disk stands still, say."""
    desk, slow = make(60), Event()
    began, shared = Event(), desk.sessions._shared  # noqa: SLF001  # nobody else knows how many wait
    hurried = Desk(desk.sessions)
    hurried.bring = lambda work: shared.run(work, monotonic() + 0.1)

    def hang(_: Session) -> None:
        began.set()
        assert slow.wait(60)

    with ThreadPoolExecutor(4) as pool:
        try:
            first = pool.submit(desk.one, storing("a", hang))
            assert began.wait(60)
            told = [pool.submit(hurried.one, storing(name)) for name in "bc"]
            last = pool.submit(desk.one, storing("d"))
            assert [type(each.exception(60)) for each in told] == [Busy, Busy]
        finally:
            slow.set()
        assert [first.result(), last.result()] == desk.stored() == ["a", "d"]
    assert desk.sessions.run_in_transaction(storing("e")) == "e"
