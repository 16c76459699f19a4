"""Stand-ins for Slack and Google, in a process of their own, for the product to talk to while it is measured."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket

from sandbox import die_with_parent
from sandbox.serve import serving
from sandbox.sheets import BOT, Drive, create_app
from sandbox.slack import Workspace, running

SEED = Path(__file__).parent.parent / "sandbox" / "cycles" / "transitions.workspace.json"


@dataclass(frozen=True)
class Around:
    """Addresses of the stand-ins and of a spreadsheet, and the JSON key of a service account."""

    slack: str
    google: str
    sheet: str
    account: str


@contextmanager
def well() -> Iterator[Around]:
    """Stand-ins that answer at once."""
    ourselves, pipe = (sys.executable, "-m", "bench.around"), subprocess.PIPE
    with subprocess.Popen(die_with_parent.command(*ourselves), stdin=pipe, stdout=pipe) as process:  # noqa: S603
        assert process.stdout is not None  # noqa: S101  # a pipe was asked for
        yield Around(**json.loads(process.stdout.readline()))


@contextmanager
def hanging(healthy: Around) -> Iterator[Around]:
    """Stand-ins that accept every request and never answer; the spreadsheet and the key are those of `healthy`."""
    with socket() as slack, socket() as google:
        for each in (slack, google):
            each.bind(("127.0.0.1", 0))
            each.listen(128)
        at_slack, at_google = (f"http://127.0.0.1:{each.getsockname()[1]}" for each in (slack, google))
        yield Around(at_slack, at_google, healthy.sheet, healthy.account)


def main() -> None:
    """Serve both stand-ins until a signal ends the process."""
    workspace = Workspace.from_seed(json.loads(SEED.read_text(encoding="utf-8")))
    drive = Drive()
    spreadsheet = drive.create_spreadsheet("For measuring", share_with=(BOT,))
    with running(workspace) as slack, serving(create_app(drive)) as google:
        address = f"https://docs.google.com/spreadsheets/d/{spreadsheet}/edit"
        account = json.dumps(drive.service_account(google))
        sys.stdout.write(json.dumps({"slack": slack, "google": google, "sheet": address, "account": account}) + "\n")
        sys.stdout.flush()
        signal.pause()


if __name__ == "__main__":
    main()
