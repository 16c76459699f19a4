"""The partnership's name, logo and Word template, as a coordinator sets them."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from audit import apart
from audit.errors import Refused, refuse
from audit.letterhead import current, filling
from audit.letterhead.package import MOST_BYTES
from handlers.call import Call
from handlers.files import answer_after_reading, fetched
from handlers.listeners import on_form, opens, overall
from views.letterhead import letterhead
from views.parts import View


def save(call: Call) -> View | None:
    """Store the letterhead, once its files are checked."""
    with call.reading() as session:
        current.require(call.actor(session))
    return answer_after_reading(call, _files, _keep)


def _keep(call: Call, files: Mapping[str, bytes]) -> View:
    form = call.form
    base = int(form.record_id) if form.record_id.isdecimal() else -1
    gone = form.ticked.get(current.GONE, ())
    with call.begin() as session:
        shown = current.save(session, call.actor(session), base, form.text(current.NAME), files, gone)
    return letterhead.saved(shown) if shown.done else letterhead.form(shown)


def _files(call: Call) -> dict[str, bytes]:
    """The chosen files by field, checked, both in parallel. Refused at their fields."""
    chosen = {part: file_id for part in _CHECKS if (file_id := call.form.text(part))}
    with ThreadPoolExecutor(max_workers=len(_CHECKS)) as pool:
        under_way = {part: pool.submit(_checked, call, part, file_id) for part, file_id in chosen.items()}
    errors = {part: each.exception() for part, each in under_way.items()}
    refuse({part: error.sentence for part, error in errors.items() if isinstance(error, Refused)})
    return {part: each.result() for part, each in under_way.items()}


def _checked(call: Call, part: str, file_id: str) -> bytes:
    most, check = _CHECKS[part]
    return check(fetched(call.client, file_id, most)[1])


def _logo(data: bytes) -> bytes:
    return apart.run_apart(filling.logo, data, "The logo")


def _template(data: bytes) -> bytes:
    apart.run_apart(filling.require_template, data, "The template")
    return data


_CHECKS: Mapping[str, tuple[int, Callable[[bytes], bytes]]] = {
    current.LOGO: (filling.MOST_LOGO, _logo),
    current.TEMPLATE: (MOST_BYTES, _template),
}
"""A file's field -> the most bytes that it may have, and the function from the upload to what is stored."""

LISTENERS = (
    opens(letterhead.SHOW, overall(current.look), letterhead.form),
    on_form(letterhead.SAVE, save),
)
