"""The stand-in's WSGI application: routes, authentication, and answers in Google's shapes."""

import gzip
import json
import re
from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.wrappers import Request, Response

from sandbox.sheets import control, driveapi, sheetsapi, valuecalls
from sandbox.sheets.accounts import PROJECT_NUMBER, BadGrant
from sandbox.sheets.drive import Drive
from sandbox.sheets.errors import BAD_CREDENTIALS, DriveRefused, Refused, out_of_scope, unauthenticated
from sandbox.sheets.logbook import kind_of
from sandbox.sheets.masks import response_mask, select
from sandbox.sheets.schema import METHODS, read
from sandbox.sheets.wire import Obj, compact

SheetsHandler = Callable[[sheetsapi.Call], Obj]
_ID = r"/v4/spreadsheets/(?P<id>[^/:]+)"
SHEETS: list[tuple[str, str, str, SheetsHandler]] = [
    ("POST", r"/v4/spreadsheets", "create", sheetsapi.create),
    ("GET", _ID, "get", sheetsapi.get),
    ("POST", _ID + ":batchUpdate", "batchUpdate", sheetsapi.batch_update),
    ("POST", _ID + ":getByDataFilter", "getByDataFilter", sheetsapi.get_by_data_filter),
    ("GET", _ID + r"/developerMetadata/(?P<number>\d{1,10})", "developerMetadata.get", sheetsapi.metadata_get),
    ("POST", _ID + "/developerMetadata:search", "developerMetadata.search", sheetsapi.metadata_search),
    ("POST", _ID + r"/sheets/(?P<number>\d{1,10}):copyTo", "sheets.copyTo", sheetsapi.copy_to),
    ("GET", _ID + "/values:batchGet", "values.batchGet", valuecalls.batch_get),
    ("POST", _ID + "/values:batchUpdate", "values.batchUpdate", valuecalls.batch_update),
    ("POST", _ID + "/values:batchClear", "values.batchClear", valuecalls.batch_clear),
    ("POST", _ID + "/values:batchGetByDataFilter", "values.batchGetByDataFilter", valuecalls.get_by_filter),
    ("POST", _ID + "/values:batchUpdateByDataFilter", "values.batchUpdateByDataFilter", valuecalls.update_by_filter),
    ("POST", _ID + "/values:batchClearByDataFilter", "values.batchClearByDataFilter", valuecalls.clear_by_filter),
    ("POST", _ID + "/values/(?P<range>.+):append", "values.append", valuecalls.append),
    ("POST", _ID + "/values/(?P<range>.+):clear", "values.clear", valuecalls.clear),
    ("GET", _ID + "/values/(?P<range>.+)", "values.get", valuecalls.get),
    ("PUT", _ID + "/values/(?P<range>.+)", "values.update", valuecalls.update),
]
_FILE = r"/drive/v3/files/([^/]+)"
UNREGISTERED = (
    "Method doesn't allow unregistered callers (callers without established identity). "
    "Please use API Key or other form of API consumer identity to call this API."
)


def answered(value: object, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(compact(value), status, content_type="application/json; charset=UTF-8")


def bearer(environ: WSGIEnvironment) -> str:
    """The access token of a request, "" if it has none."""
    kind, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def create_app(drive: Drive) -> WSGIApplication:
    """The WSGI application of a Drive: Sheets, Drive, tokens and the control API, behind the log and the faults."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        with drive.lock:
            response = respond(drive, request)
        return response(environ, start_response)

    def user(environ: WSGIEnvironment) -> str:
        return drive.accounts.user(bearer(environ)) or ""

    faulty = drive.faults.before(drive.meanwhile.around(app))

    def front(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        control_call = environ["PATH_INFO"].startswith("/_sandbox")
        return app(environ, start_response) if control_call else faulty(environ, start_response)

    return zipped(drive.log.around(front, user))


def zipped(app: WSGIApplication) -> WSGIApplication:
    """`app` with gzip answers for clients that accept them in both headers, as Google demands."""

    def compressed(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        asked = [environ.get(name, "") for name in ("HTTP_ACCEPT_ENCODING", "HTTP_USER_AGENT")]
        if not all("gzip" in header for header in asked):
            return app(environ, start_response)
        response = Response.from_app(app, environ)
        response.set_data(gzip.compress(response.get_data(), 1))
        response.headers["Content-Encoding"] = "gzip"
        return response(environ, start_response)

    return compressed


def respond(drive: Drive, request: Request) -> Response:
    """The answer to a request, which may be a refusal."""
    for prefix, door in DOORS.items():
        if request.path.startswith(prefix):
            try:
                return door(drive, request)
            except BadGrant as bad:
                return answered({"error": bad.error, "error_description": bad.description}, 400)
            except Refused as refused:
                return answered(refused.body(), refused.code)
    return _nothing()


def _nothing() -> Response:
    return Response("<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>", 404, content_type="text/html")


def _token(drive: Drive, request: Request) -> Response:
    return answered(drive.accounts.grant(request.form.to_dict(), request.base_url))


def _who(drive: Drive, request: Request) -> str:
    token = bearer(request.environ) or request.args.get("access_token", "")
    if not token:
        raise Refused(UNREGISTERED, 403)
    user = drive.accounts.user(token)
    if user is None:
        raise unauthenticated()
    api = "sheets" if request.path.startswith("/v4/") else "drive"
    if not drive.accounts.allows(token, api, reading=kind_of(request.method, request.path).endswith("reads")):
        raise out_of_scope(api)
    return user


def _json(request: Request) -> Obj:
    data = request.get_data()
    if not data:
        return {}
    try:
        body = json.loads(data)
    except ValueError:
        raise Refused("Invalid JSON payload received. Expected an object key or }.") from None
    if not isinstance(body, dict):
        raise Refused('Invalid JSON payload received. Unknown name "": Root element must be a message.')
    return body


def _sheets(drive: Drive, request: Request) -> Response:
    for method, pattern, name, handler in SHEETS:
        match = re.fullmatch(pattern, request.path, re.DOTALL)
        if match is None or method != request.method:
            continue
        user = _who(drive, request)
        kind = "Read" if kind_of(request.method, request.path) == "reads" else "Write"
        drive.quota.spend(user, kind, PROJECT_NUMBER)
        body_type, answer_type = METHODS[name]
        body = read(body_type, _json(request)) if body_type else {}
        query = {key: request.args.getlist(key) for key in request.args}
        fields = request.args.get("fields") or request.args.get("$fields")
        mask = response_mask(fields, str(answer_type)) if fields else {}
        answer = handler(sheetsapi.Call(drive, user, match.groupdict(), query, body))
        return answered(select(answer, mask))
    return _nothing()


def _drive(drive: Drive, request: Request) -> Response:
    try:
        user = _who(drive, request)
    except DriveRefused:
        raise
    except Refused as refused:
        raise DriveRefused(BAD_CREDENTIALS, 401, "authError", location="Authorization") from refused
    upload = request.path.startswith("/upload/")
    body = {} if upload else _json(request)
    call = driveapi.Call(drive, user, request.args.to_dict(), body, request.get_data())
    made = _drive_call(call, request)
    if made is None:
        return Response(status=204)
    if isinstance(made, tuple):
        return Response(made[1], content_type=made[0])
    return answered(made)


def _drive_call(call: driveapi.Call, request: Request) -> Obj | tuple[str, bytes] | None:
    for method, pattern, handler in DRIVE:
        match = re.fullmatch(pattern, request.path)
        if match and method == request.method:
            return handler(call, *match.groups())
    raise DriveRefused("Not Found", 404, "notFound")


DRIVE: list[tuple[str, str, Callable[..., Obj | tuple[str, bytes] | None]]] = [
    ("GET", "/drive/v3/files", driveapi.list_files),
    ("POST", "/drive/v3/files", driveapi.create),
    ("GET", _FILE, driveapi.get),
    ("PATCH", _FILE, driveapi.change),
    ("DELETE", _FILE, driveapi.delete),
    ("POST", _FILE + "/copy", driveapi.copy),
    ("GET", _FILE + "/export", driveapi.export),
    ("GET", _FILE + "/permissions", driveapi.permissions),
    ("POST", _FILE + "/permissions", driveapi.share),
    ("DELETE", _FILE + "/permissions/([^/]+)", driveapi.unshare),
    ("GET", _FILE + "/comments", lambda call, file_id: call.file(file_id) and {"comments": []}),
    ("PUT", "/upload/drive/v2/files/([^/]+)", driveapi.import_csv),
]
DOORS: dict[str, Callable[[Drive, Request], Response]] = {
    "/token": _token,
    "/_sandbox/": control.respond,
    "/v4/": _sheets,
    "/drive/v3/": _drive,
    "/upload/drive/v2/": _drive,
}
