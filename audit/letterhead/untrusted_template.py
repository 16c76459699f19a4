"""Templates from outside are read in a process of their own, which holds no key and ends when it takes too much."""

import json
import resource
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from audit.letterhead.fields import BadTemplate

SECONDS, BYTES = 2, 600_000_000
"""Of processor time, and of memory; the shipped template takes a sixth of the time, and half of the memory."""
PATIENCE = 60.0
"""Seconds for all of it, where the machine has much else to do."""
_TOO_MUCH = "The template takes too long, or too much memory, to be read, so it isn't taken."


def usable(template: bytes, values: Mapping[str, str]) -> bytes:
    """As audit.letterhead.filling.usable."""
    return _asked("usable", template, dict(values))


def require_template(data: bytes) -> None:
    """As audit.letterhead.filling.require_template."""
    _asked("require_template", data)


def _asked(what: str, data: bytes, *more: object) -> bytes:
    order = json.dumps([what, b64encode(data).decode(), *more]).encode()
    command = [sys.executable, "-P", "-m", "audit.letterhead.untrusted_template"]
    try:
        done = subprocess.run(command, input=order, capture_output=True, timeout=PATIENCE, check=True, env={})  # noqa: S603  # ours
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        raise BadTemplate(_TOO_MUCH) from None
    if "refused" in answer:
        raise BadTemplate(answer["refused"])
    return b64decode(answer["made"])


def main() -> None:
    """Read an order, bounded; do it; say what came of it."""
    for limit, most in ((resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_AS, BYTES), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(limit, (most, most))
    task, data, *more = json.load(sys.stdin)
    from audit.letterhead import filling  # within the bounds

    doings = {"usable": filling.usable, "require_template": filling.require_template}
    try:
        made = doings[task](b64decode(data), *more)  # type: ignore[operator]  # each is called as it is ordered
    except BadTemplate as refusal:
        answer = {"refused": refusal.sentence}
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  # whatever the readers of such files raise
        answer = {"refused": "The template is damaged, or made in a way that can't be read, so it isn't taken."}
    else:
        answer = {"made": b64encode(made or b"").decode()}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
