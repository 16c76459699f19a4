"""The entrance to the Web API: token, rate limits, scopes, the method, and the log of calls."""

from collections.abc import Mapping
from typing import Final

from werkzeug.wrappers import Request, Response

from sandbox.slack.api import apps, chat, conversations, people, uploads, validate, views
from sandbox.slack.api.args import Args, read
from sandbox.slack.api.method import Method, need_scope
from sandbox.slack.errors import SlackError
from sandbox.slack.model import Call
from sandbox.slack.rates import POSTS_BURST
from sandbox.slack.shapes import Obj, compact, new_word, obj
from sandbox.slack.workspace import Workspace

METHODS: Final[Mapping[str, Method]] = {
    **apps.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **people.METHODS,
    **uploads.METHODS,
    **validate.METHODS,
    **views.METHODS,
}
_MINUTE: Final = 60


def answer(workspace: Workspace, request: Request, name: str) -> Response:
    """Answer a call of the method `name` as Slack does: 200 with ok true or false, or 429 after too many calls."""
    args = Args({}, "")
    status, headers = 200, {"X-Slack-Req-Id": new_word(32).lower(), "Cache-Control": "private, no-cache, no-store"}
    try:
        args = read(request)
        result = _result(workspace, name, args)
        if args.warnings:
            result = _warned(result, args.warnings)
    except SlackError as error:
        result = error.body()
        if error.name == "ratelimited":
            status = 429
            headers["Retry-After"] = str(result.pop("retry_after"))
    workspace.record(Call(workspace.clock(), name, args.values, status, result))
    method = METHODS.get(name)
    if method is not None and result.get("error") not in {"not_authed", "invalid_auth"}:
        headers["X-Accepted-OAuth-Scopes"] = ",".join(method.scopes)
        headers["X-OAuth-Scopes"] = ",".join(workspace.app.app_scopes if method.app_level else granted(workspace))
    return Response(compact(result), status, headers, content_type="application/json; charset=utf-8")


def granted(workspace: Workspace) -> list[str]:
    """The app's scopes; if they aren't limited, all that any method mentions."""
    if workspace.app.scopes is not None:
        return workspace.app.scopes
    return sorted({scope for method in METHODS.values() if not method.app_level for scope in method.scopes})


def _result(workspace: Workspace, name: str, args: Args) -> Obj:
    if name == "api.test":
        return _api_test(args)
    method = METHODS.get(name)
    if method is None:
        raise SlackError("unknown_method", {"req_method": name})
    app = workspace.app
    if not args.token:
        raise SlackError("not_authed")
    token = app.app_token if method.app_level else app.bot_token
    if args.token != token or (method.app_level and not args.in_header):
        other = args.token in {app.app_token, app.bot_token} and args.token != token
        raise SlackError("not_allowed_token_type" if other else "invalid_auth")
    if not app.active:
        raise SlackError("account_inactive")
    with workspace.changing():
        _limit(workspace, name, method, args)
        need_scope(workspace, *method.scopes, app_level=method.app_level)
        return method.answer(workspace, args)


def _api_test(args: Args) -> Obj:
    shown: Obj = {"args": args.values} if args.values else {}
    if args.text("error"):
        raise SlackError(args.text("error"), shown)
    return {"ok": True, **shown}


def _limit(workspace: Workspace, name: str, method: Method, args: Args) -> None:
    if not workspace.enforce_rates:
        return
    now = workspace.clock()
    wait = workspace.rates.take(name, method.per_minute / _MINUTE, method.per_minute, now)
    if name == "chat.postMessage" and not wait:
        wait = workspace.rates.take(f"{name} {args.text('channel')}", 1.0, POSTS_BURST, now)
    if wait:
        raise SlackError("ratelimited", {"retry_after": wait})


def _warned(result: Obj, warnings: tuple[str, ...]) -> Obj:
    beside = {**obj(result.get("response_metadata")), "warnings": list(warnings)}
    return {**result, "warning": ",".join(warnings), "response_metadata": beside}
