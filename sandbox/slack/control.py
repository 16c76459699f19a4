"""The control API under /_sandbox/: the stand-in's Python API as JSON over HTTP, for pages and other processes."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Final
from wsgiref.types import WSGIApplication

from flask import Flask, Response, jsonify, request

from sandbox.faults import Fault
from sandbox.slack import admin, keeping, messages
from sandbox.slack.answers import CannotDo
from sandbox.slack.errors import SlackError
from sandbox.slack.model import User, View
from sandbox.slack.person import Person
from sandbox.slack.sender import Outcome, SentRequest
from sandbox.slack.shapes import Obj, obj, strings, text
from sandbox.slack.workspace import Workspace


def _click(person: Person, given: Obj) -> Outcome:
    where, what = (text(given["channel"]), text(given["ts"])), text(given["action_id"])
    return person.click(*where, what, text(given.get("block_id")) or None, given.get("value"))


def _act(person: Person, given: Obj) -> Outcome:
    block = text(given.get("block_id")) or None
    return person.act(text(given["view_id"]), text(given["action_id"]), block, given.get("value"))


def _fill(person: Person, given: Obj) -> Outcome:
    return person.fill(text(given["view_id"]), obj(given["answers"]))


def _command(person: Person, given: Obj) -> Outcome:
    return person.command(text(given["command"]), text(given.get("text")), text(given["channel"]))


def _say(person: Person, given: Obj) -> Outcome:
    return person.say(text(given["channel"]), text(given["text"]), text(given.get("thread_ts")))


def _close(person: Person, given: Obj) -> Outcome:
    return person.close(text(given["view_id"]), whole_stack=bool(given.get("whole_stack")))


def _message_action(person: Person, given: Obj) -> Outcome:
    return person.message_action(text(given["channel"]), text(given["ts"]), text(given["callback_id"]))


def _suggest(person: Person, given: Obj) -> Outcome:
    return person.suggest(text(given["view_id"]), text(given["action_id"]), text(given.get("value")))


DOINGS: Final[dict[str, Callable[[Person, Obj], Outcome | None]]] = {
    "click": _click,
    "act": _act,
    "fill": _fill,
    "submit": lambda person, given: person.submit(text(given["view_id"])),
    "close": _close,
    "command": _command,
    "say": _say,
    "home": lambda person, _: person.open_home(),
    "dm": lambda person, _: person.open_dm(),
    "read": lambda person, given: person.read(text(given["channel"])),
    "shortcut": lambda person, given: person.shortcut(text(given["callback_id"])),
    "message_action": _message_action,
    "suggest": _suggest,
}
"""POST /_sandbox/people/<user>/<doing>, with the arguments of Person's method as JSON."""


def outcome_json(outcome: Outcome | None) -> Obj:
    """An outcome as JSON; its `request` can be sent again by /_sandbox/resend."""
    if outcome is None:
        return {"ok": True}
    shown: Obj = {"ok": outcome.shown is None, "status": outcome.status, "body": outcome.body}
    if outcome.request is not None:
        sent = outcome.request
        shown["request"] = {"url": sent.url, "headers": dict(sent.headers), "body": sent.body.decode()}
    return {**shown, "seconds": outcome.seconds, "timed_out": outcome.timed_out, "shown": outcome.shown}


def person_json(person: Person) -> Obj:
    """Everything that a person sees."""
    channels = [{**asdict(seen.channel), "unread": seen.unread} for seen in person.channels()]
    return {
        "version": person.workspace.version,
        "user": asdict(person.user),
        "channels": [{**one, "messages": person.messages(text(one["id"]))} for one in channels],
        "modal": _view_json(person.modal()),
        "home": _view_json(person.home()),
        "dm": person.dm,
    }


def _view_json(view: View | None) -> Obj | None:
    return None if view is None else asdict(view)


def application(workspace: Workspace) -> WSGIApplication:
    """The control API of a workspace."""
    app = Flask(__name__)
    _people(app, workspace)
    _trouble(app, workspace)
    _sending(app, workspace)
    _looking(app, workspace)

    @app.errorhandler(KeyError)
    def missing(error: KeyError) -> tuple[Response, int]:
        return jsonify(ok=False, error=f"there's no {error.args[0]}"), 404

    @app.errorhandler(CannotDo)
    @app.errorhandler(SlackError)
    @app.errorhandler(ValueError)
    def refused(error: Exception) -> tuple[Response, int]:
        return jsonify(ok=False, error=str(error)), 409

    return app


def _given() -> Obj:
    return obj(json.loads(request.get_data() or b"{}"))


def _people(app: Flask, workspace: Workspace) -> None:
    @app.get("/_sandbox/people")
    def people() -> Response:
        return jsonify(people=[asdict(user) for user in workspace.users.values()])

    @app.post("/_sandbox/people")
    def add() -> Response:
        with workspace.changing():
            user: User = workspace.add_user(**{"team_id": workspace.team.id, **_given()})
        return jsonify(ok=True, user=asdict(user))

    @app.get("/_sandbox/people/<user>")
    def seen(user: str) -> Response:
        return jsonify(person_json(workspace.person(user)))

    @app.get("/_sandbox/people/<user>/messages")
    def heard(user: str) -> Response:
        return jsonify(messages=workspace.person(user).messages(request.args["channel"]))

    @app.post("/_sandbox/people/<user>/<doing>")
    def do(user: str, doing: str) -> Response:
        if doing not in DOINGS:
            admin.to_person(workspace, user, doing, _given())
            return jsonify(ok=True)
        return jsonify(outcome_json(DOINGS[doing](workspace.person(user), _given())))


def _trouble(app: Flask, workspace: Workspace) -> None:
    @app.post("/_sandbox/faults")
    def trouble() -> Response:
        workspace.faults.add(keeping.made(Fault, _given()))
        return jsonify(ok=True)

    @app.get("/_sandbox/faults")
    def standing() -> Response:
        return jsonify(faults=[asdict(fault) for fault in workspace.faults.standing()])

    @app.delete("/_sandbox/faults")
    def clear() -> Response:
        workspace.faults.clear()
        return jsonify(ok=True)

    @app.post("/_sandbox/connections/<doing>")
    def connections(doing: str) -> Response:
        sockets = workspace.sockets
        {"cut": sockets.cut, "freeze": sockets.freeze, "thaw": sockets.thaw, "refresh": sockets.refresh}[doing]()
        return jsonify(ok=True, held=sockets.held, opened=sockets.opened)

    @app.post("/_sandbox/channels/<channel>/<doing>")
    def change(channel: str, doing: str) -> Response:
        admin.to_channel(workspace, channel, doing, _given())
        return jsonify(ok=True)

    @app.post("/_sandbox/settings")
    def settings() -> Response:
        given = _given()
        workspace.enforce_rates = bool(given.get("enforce_rates", workspace.enforce_rates))
        workspace.lacks = frozenset(strings(given["lacks"])) if "lacks" in given else workspace.lacks
        workspace.app.active = bool(given.get("active", workspace.app.active))
        workspace.app.socket_mode = bool(given.get("socket_mode", workspace.app.socket_mode))
        workspace.app.request_url = text(given.get("request_url")) or workspace.app.request_url
        return jsonify(ok=True)


def _sending(app: Flask, workspace: Workspace) -> None:
    @app.post("/_sandbox/resend")
    def resend() -> Response:
        given = _given()
        headers = {name: text(value) for name, value in obj(given["headers"]).items()}
        sent = SentRequest(text(given["url"]), headers, text(given["body"]).encode())
        return jsonify(outcome_json(workspace.sender.resend(sent)))

    @app.post("/_sandbox/send/<kind>")
    def send(kind: str) -> Response:
        given, sender = _given(), workspace.sender
        if kind == "interactive":
            return jsonify(outcome_json(sender.interactive(given)))
        if kind == "command":
            return jsonify(outcome_json(sender.command({name: text(value) for name, value in given.items()})))
        if kind == "event":
            return jsonify(outcome_json(sender.event(given)))
        raise KeyError(kind)


def _looking(app: Flask, workspace: Workspace) -> None:
    @app.get("/_sandbox/version")
    def version() -> Response:
        after = request.args.get("after", -1, int)
        workspace.wait_for(lambda: workspace.version > after, min(request.args.get("seconds", 0.0, float), 25.0))
        return jsonify(version=workspace.version)

    @app.get("/_sandbox/messages")
    def said() -> Response:
        with workspace.lock:
            found = workspace.messages.get(request.args["channel"], [])
            shown = [messages.rendered(workspace, one, metadata=True) for one in found]
            return jsonify(messages=shown)

    @app.get("/_sandbox/channels")
    def channels() -> Response:
        with workspace.lock:
            return jsonify(channels=[asdict(one) for one in workspace.channels.values()])

    @app.get("/_sandbox/log")
    def log() -> Response:
        wanted = request.args.get("method", "")
        with workspace.lock:
            return jsonify(calls=[asdict(one) for one in workspace.calls if wanted in {"", one.method}])

    @app.get("/_sandbox/counts")
    def counts() -> Response:
        with workspace.lock:
            return jsonify(dict(workspace.counts))
