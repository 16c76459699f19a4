"""The baseline: bolt behind Flask, acknowledging a submission and doing nothing else."""

import sys

from flask import Flask, Response, request
from slack_bolt import Ack, App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult
from waitress import serve


def create_app() -> Flask:
    """The baseline's Flask application."""
    app = App(
        authorize=lambda enterprise_id, team_id: AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token="xoxb-sandbox",  # noqa: S106  # the sandbox's
        ),
        signing_secret="sandbox-signing-secret",  # noqa: S106  # the sandbox's
        process_before_response=True,
    )

    @app.view("return.submit")
    def submit(ack: Ack) -> None:
        ack()

    web, slack = Flask("bare"), SlackRequestHandler(app)

    @web.post("/slack/events")
    def events() -> Response:
        return slack.handle(request)

    return web


if __name__ == "__main__":
    port, *alone = sys.argv[1:]
    if alone:  # where memory counts, nothing of the product is loaded
        serve(create_app(), host="127.0.0.1", port=port, threads=16)
    else:
        from bot.server import Server, listener

        Server(create_app(), listener("127.0.0.1", int(port), shared=False)).run()
