"""`python -m sandbox.slack --port N`: the stand-in alone, until it is interrupted."""

import argparse
import json
from pathlib import Path
from signal import SIGINT, SIGTERM, signal
from threading import Event

from sandbox.slack.shapes import obj
from sandbox.slack.web import running
from sandbox.slack.workspace import Workspace


def main() -> None:
    """Serve a workspace and print its address."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--state", type=Path, help="keep the workspace in this file")
    parser.add_argument("--seed", type=Path, help="begin with the workspace in this JSON file")
    parser.add_argument("--request-url", default="", help="where the app listens")
    asked = parser.parse_args()
    seed = obj(json.loads(asked.seed.read_text(encoding="utf-8"))) if asked.seed else None
    workspace = Workspace.load(asked.state, seed) if asked.state else Workspace.from_seed(seed)
    if asked.request_url:
        workspace.app.request_url = asked.request_url
    stopped = Event()
    for one in (SIGINT, SIGTERM):
        signal(one, lambda *_: stopped.set())
    with running(workspace, asked.port) as address:
        app = workspace.app
        print(f"Slack stand-in at {address} (Web API at {address}/api/)", flush=True)  # noqa: T201
        print(f"bot token {app.bot_token}, signing secret {app.signing_secret}", flush=True)  # noqa: T201
        stopped.wait()


if __name__ == "__main__":
    main()
