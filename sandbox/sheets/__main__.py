"""Serve the stand-in alone: `python -m sandbox.sheets --port 8081 --state drive.json --key-file key.json`."""

import argparse
import json
import signal
import sys
from pathlib import Path
from threading import Event

from sandbox import atomic
from sandbox.serve import serving
from sandbox.sheets import Drive, create_app


def main() -> None:
    """Serve until interrupted; print the address on a line of its own."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.sheets", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--state", type=Path, help="keep everything in this file")
    parser.add_argument("--key-file", type=Path, help="write the service account's JSON key here")
    parser.add_argument("--enforce-rates", action="store_true", help="60 reads and 60 writes a minute")
    parser.add_argument("--may-create", action="store_true", help="let service accounts create spreadsheets")
    options = parser.parse_args()
    drive = Drive(options.state)
    drive.enforce_rates = options.enforce_rates
    drive.service_accounts_may_create = options.may_create
    with serving(create_app(drive), options.port) as address:
        if options.key_file:
            atomic.write(options.key_file, json.dumps(drive.service_account(address), indent=2), 0o600)
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        stopped = Event()
        signal.signal(signal.SIGTERM, lambda *_: stopped.set())
        signal.signal(signal.SIGINT, lambda *_: stopped.set())
        stopped.wait()


if __name__ == "__main__":
    main()
