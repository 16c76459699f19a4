"""What was begun ends with whoever began it, however that one ends."""

import ast
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import die_with_parent
from tests.faults.processes import until

ROOT = Path(__file__).parents[2]
PARENT = """
import signal, subprocess
from sandbox import die_with_parent
subprocess.Popen(die_with_parent.command("sh", "-c", "sleep 1000 & echo $! $$; wait"), stdin=subprocess.PIPE)
signal.pause()
"""
ELSEWHERE = {
    "tests/kit/fork_server.py",  # it ends what it has begun when its own standard input ends
}


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """What is begun here can be interrupted, even where the whole run can't: a script's `&`, or nohup."""
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGHUP)}
    for each in before:
        signal.signal(each, signal.default_int_handler)
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


def _alive(pid: int) -> bool:
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(shown.strip()) and not shown.startswith("Z")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
def test_what_a_process_has_begun_ends_with_it_and_so_does_what_that_has_begun(how: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        begun = [int(pid) for pid in parent.stdout.readline().split()]
        assert all(map(_alive, begun))
        parent.send_signal(how)
    assert until(lambda: not any(map(_alive, begun)))


@pytest.mark.parametrize(("given", "status"), [("exit 3", 3), ("kill -TERM $$", 143)])
def test_how_it_ended_is_told(given: str, status: int) -> None:
    with subprocess.Popen(die_with_parent.command("sh", "-c", given), stdin=subprocess.PIPE) as process:
        assert process.wait(30) == status


@pytest.mark.parametrize("when", ["", "sleep 0.3; "], ids=["at once", "later"])
def test_what_is_signalled_goes_on_to_the_command(when: str) -> None:
    shell = f"trap 'exit 7' INT; {when}kill -INT $PPID; while :; do sleep 0.02; done"
    with subprocess.Popen(die_with_parent.command("sh", "-c", shell), stdin=subprocess.PIPE) as process:
        assert process.wait(30) == 7


def test_every_process_that_stays_is_begun_so() -> None:
    bare = set()
    for path in [each for room in ("sandbox", "bench", "tests") for each in ROOT.glob(f"{room}/**/*.py")]:
        calls = [each for each in ast.walk(ast.parse(path.read_text())) if isinstance(each, ast.Call)]
        begins = [each for each in calls if ast.unparse(each.func) == "subprocess.Popen"]
        if any("die_with_parent.command" not in ast.unparse(each) for each in begins):
            bare.add(str(path.relative_to(ROOT)))
    assert bare == {*ELSEWHERE, "sandbox/die_with_parent.py", "tests/sandbox/test_die_with_parent.py"}
