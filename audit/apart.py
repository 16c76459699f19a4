"""Read files from outside in a separate process, which holds no keys and is ended when it exceeds its bounds.

Nobody can list what a hostile file makes the readers of workbooks, Word files and pictures do: a few kilobytes may keep
one busy for minutes, or take gigabytes. A fault in a reader is contained in the same way.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple, TypeVar, get_type_hints

from pydantic import ConfigDict, TypeAdapter

from audit.errors import Refused


class Bounds(NamedTuple):
    """Limits for one file: `seconds` of processor time, and `room` in bytes of memory, with the code that reads it."""

    seconds: int
    room: int


WHILE_SLACK_WAITS = Bounds(3, 600_000_000)
"""The limits while Slack waits. The largest list of people needs a third of the time and half of the memory."""
PATIENCE = 60.0
"""Seconds of waiting beyond the processor time, for when the machine is busy with other things."""
Made = TypeVar("Made")


def run_apart(
    doing: Callable[..., Made], data: bytes, what: str, bounds: Bounds = WHILE_SLACK_WAITS, **more: object
) -> Made:
    """What the function `doing` returns for the file `data` and the arguments `more`, which must fit into JSON.

    The return annotation of `doing` says how its result is read. Refused with the sentence of `doing`, but no field;
    or with one about `what` ("The workbook") if it exceeds `bounds` or fails.
    """
    order = json.dumps([doing.__module__, doing.__name__, bounds, more]).encode() + b"\n" + data
    command = [sys.executable, "-P", "-m", "audit.apart"]
    patience = bounds.seconds + PATIENCE
    try:
        ran = subprocess.run(command, input=order, capture_output=True, timeout=patience, check=True, env={})  # noqa: S603  # ours
        outcome, _, answer = ran.stdout.partition(b"\n")
        if outcome == b"made":
            made: Made = _shape(doing).validate_json(answer)[0]
            return made
    except (subprocess.SubprocessError, ValueError):
        raise Refused(f"{what} takes too long, or too much memory, to be read, so it isn't accepted.") from None
    if outcome == b"refused":
        raise Refused(answer.decode())
    raise Refused(f"{what} is damaged, or made in a way that can't be read, so it isn't accepted.")


def _shape(doing: Callable[..., object]) -> TypeAdapter[tuple[Any]]:
    """The adapter that writes a function's result as JSON, bytes included, and reads it again."""
    made: Any = get_type_hints(doing)["return"]
    return TypeAdapter(tuple[made], config=ConfigDict(ser_json_bytes="base64", val_json_bytes="base64"))


def main() -> None:
    """Read an order from standard input, set its limits, carry it out, and write the result to standard output."""
    module, name, (seconds, room), more = json.loads(sys.stdin.buffer.readline())
    for limit, most in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, room), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(limit, (most, most))
    sys.modules["numpy"] = None  # type: ignore[assignment]  # slow to load, and not needed by openpyxl here
    doing = getattr(import_module(module), name)  # imported within the limits
    try:
        outcome, answer = b"made", _shape(doing).dump_json((doing(sys.stdin.buffer.read(), **more),))
    except Refused as refusal:
        outcome, answer = b"refused", refusal.sentence.encode()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  # whatever the readers of such files raise
        outcome, answer = b"failed", b""
    sys.stdout.buffer.write(outcome + b"\n" + answer)


if __name__ == "__main__":
    main()
