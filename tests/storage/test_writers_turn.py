"""The turn to write to SQLite: whoever waits is served in order, and who gives up holds up nobody."""

import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event, active_count

import pytest

from storage.writers_turn import Busy, Turn
from tests.faults.processes import until


def far() -> float:
    return time.monotonic() + 30


def test_threads_are_served_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    turn, served = Turn(tmp_path / "turn.lock"), list[int]()

    def write(number: int) -> None:
        with turn.taken(far()):
            served.append(number)

    with ThreadPoolExecutor(8) as pool:
        with turn.taken(far()):
            for number in range(8):
                pool.submit(write, number)
                assert until(lambda: turn.waiting == number + 1)  # noqa: B023  # it is asked now
        pool.shutdown()
    assert served == list(range(8))
    assert turn.waiting == 0


def test_who_gives_up_leaves_the_line(tmp_path: Path) -> None:
    turn = Turn(tmp_path / "turn.lock")

    def take() -> bool:
        with turn.taken(far()):
            return True

    with ThreadPoolExecutor(1) as pool:
        with turn.taken(far()):
            with pytest.raises(Busy), turn.taken(time.monotonic() + 0.01):
                pytest.fail("two have the turn")
            behind = pool.submit(take)
            assert until(lambda: turn.waiting == 1)
        assert behind.result(30)


def _other(path: Path, told: Connection) -> None:
    with Turn(path).taken(far()):
        told.send("it has the turn")
        told.recv()


def test_processes_wait_for_each_other_and_not_for_the_dead(tmp_path: Path) -> None:
    turn, path = Turn(tmp_path / "turn.lock"), tmp_path / "turn.lock"
    here, there = multiprocessing.get_context("spawn").Pipe()
    other = multiprocessing.get_context("spawn").Process(target=_other, args=(path, there))
    other.start()
    assert here.recv() == "it has the turn"
    threads = active_count()
    for _ in range(5):
        with pytest.raises(Busy), turn.taken(time.monotonic() + 0.01):
            pytest.fail("two have the turn")
    assert active_count() <= threads + 1, "however many give up, one thread waits at the file"
    got = Event()
    with ThreadPoolExecutor(1) as pool:

        def wait() -> None:
            with turn.taken(far()):
                got.set()

        pool.submit(wait)
        other.kill()
        assert got.wait(30)
    other.join()
    with turn.taken(far()):
        assert active_count() == threads, "and none when the lock can be had"


def test_a_file_that_cannot_be_opened_is_a_database_that_cannot_be_had(tmp_path: Path) -> None:
    with pytest.raises(Busy), Turn(tmp_path).taken(far()):
        pytest.fail("there is no such file")
