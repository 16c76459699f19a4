"""The control API under /_sandbox, for what tests, the page and other processes need and Google's API doesn't offer."""

import json
from collections.abc import Callable
from functools import partial

from werkzeug.wrappers import Request, Response

from sandbox.faults import Fault
from sandbox.sheets.drive import BOT, OWNER, Drive
from sandbox.sheets.errors import Refused, not_found
from sandbox.sheets.people import Person
from sandbox.sheets.wire import Obj, compact

ACTIONS = (
    "sort",
    "filter",
    "hide_rows",
    "hide_columns",
    "insert_rows",
    "insert_columns",
    "delete_rows",
    "delete_columns",
    "move_rows",
    "move_columns",
    "type",
    "paste",
    "clear",
    "merge",
    "colour",
    "note",
    "add_tab",
    "rename_tab",
    "move_tab",
    "delete_tab",
    "add_rows_below",
    "convert_to_table",
    "convert_to_cells",
    "do",
)


def respond(drive: Drive, request: Request) -> Response:
    """The answer to a control request; JSON in, JSON out."""
    call = f"{request.method} {request.path.removeprefix('/_sandbox')}"
    body: Obj = json.loads(request.get_data() or b"{}")
    handler = HANDLERS.get(call)
    if handler is None:
        raise not_found()
    try:
        answer = handler(drive, body | request.args.to_dict())
    except KeyError as missing:
        raise Refused(f"There is no {missing}.", 404) from None
    except (TypeError, ValueError) as wrong:
        raise Refused(str(wrong)) from None
    return Response(compact(answer), content_type="application/json")


def _spreadsheets(drive: Drive, _body: Obj) -> Obj:
    files = [
        {"id": key, "title": file.book.title, "trashed": file.trashed, "permissions": file.permissions}
        for key, file in drive.files.items()
    ]
    return {"spreadsheets": files}


def _create(drive: Drive, body: Obj) -> Obj:
    shared = body.get("share_with", [BOT])
    key = drive.create_spreadsheet(body.get("title", "Untitled"), body.get("owner", OWNER), tuple(shared))
    return {"id": key, "url": f"https://docs.google.com/spreadsheets/d/{key}/edit"}


def _share(drive: Drive, body: Obj) -> Obj:
    return drive.share(body["id"], body.get("email", ""), body.get("role", "writer"), body.get("type", "user"))


def _person(drive: Drive, body: Obj) -> Obj:
    return {"answer": _action(drive, body)()}


def _action(drive: Drive, body: Obj) -> Callable[[], object]:
    """The person's action that the request describes, to be called without arguments."""
    action = body["action"]
    if action not in ACTIONS:
        raise ValueError(action)
    person = Person(drive, body["id"], body.get("email", OWNER))
    return partial(getattr(person, action), **body.get("with", {}))


def _meanwhile(drive: Drive, body: Obj) -> Obj:
    """Have a person act just before (or after) the next call that matches."""
    drive.meanwhile.act(body["match"], _action(drive, body), body.get("when", "before"), skip=body.get("skip", 0))
    return {}


def _late(drive: Drive, body: Obj) -> Obj:
    """Apply the next matching call late: after `calls` more calls, or when it is let go."""
    drive.meanwhile.late(body["match"], body.get("calls"))
    return {}


def _fault(drive: Drive, body: Obj) -> Obj:
    drive.faults.add(Fault(**body))
    return {"standing": len(drive.faults.standing())}


def _clear_faults(drive: Drive, _body: Obj) -> Obj:
    drive.faults.clear()
    drive.meanwhile.clear()
    return {}


def _clear_log(drive: Drive, _body: Obj) -> Obj:
    drive.log.clear()
    return {}


def _forget_tokens(drive: Drive, _body: Obj) -> Obj:
    drive.accounts.forget_tokens()
    return {}


def _switches(drive: Drive, body: Obj) -> Obj:
    drive.enforce_rates = bool(body.get("enforce_rates", drive.enforce_rates))
    drive.service_accounts_may_create = bool(body.get("service_accounts_may_create", drive.service_accounts_may_create))
    drive.full = set(body.get("full", drive.full))
    return {
        "full": sorted(drive.full),
        "enforce_rates": drive.enforce_rates,
        "service_accounts_may_create": drive.service_accounts_may_create,
    }


def _file_action(name: str) -> Callable[[Drive, Obj], Obj]:
    def act(drive: Drive, body: Obj) -> Obj:
        getattr(drive, name)(body["id"], *([body["email"]] if "email" in body else []))
        return {}

    return act


HANDLERS: dict[str, Callable[[Drive, Obj], Obj]] = {
    "GET /counts": lambda drive, _body: dict(drive.counts()),
    "GET /log": lambda drive, _body: {"log": drive.log.as_json()},
    "DELETE /log": _clear_log,
    "GET /faults": lambda drive, _body: {"faults": [vars(one) for one in drive.faults.standing()]},
    "POST /faults": _fault,
    "DELETE /faults": _clear_faults,
    "GET /spreadsheets": _spreadsheets,
    "POST /spreadsheets": _create,
    "GET /spreadsheet": lambda drive, body: drive.spreadsheet(body["id"]).as_json(),
    "POST /person": _person,
    "POST /meanwhile": _meanwhile,
    "POST /late": _late,
    "POST /late/go": lambda drive, _body: {"applied": drive.meanwhile.let_go()},
    "POST /share": _share,
    "POST /revoke": _file_action("revoke"),
    "POST /restrict": _file_action("restrict"),
    "POST /trash": _file_action("trash"),
    "POST /delete": _file_action("delete"),
    "POST /restore": _file_action("restore"),
    "POST /switches": _switches,
    "POST /service_account": lambda drive, body: drive.service_account(body["base_url"], body.get("email", BOT)),
    "DELETE /tokens": _forget_tokens,
    "POST /token": lambda drive, body: {"access_token": drive.accounts.issue(body.get("email", BOT))},
}
