"""The partnership's name, logo and Word template, as a coordinator sets them."""

from collections.abc import Callable

from audit.errors import Refused
from audit.letterhead import apart, kept
from audit.letterhead.filling import MOST_LOGO
from audit.letterhead.package import MOST_BYTES
from handlers.call import Call
from handlers.files import fetched
from handlers.listeners import on_form, opens, overall
from views.letterhead import letterhead as letterhead_view
from views.parts import View


def save(call: Call) -> View:
    """Keep what was changed, once the files are known to be what they should be."""
    form = call.form
    with call.reading() as session:
        kept.require(call.actor(session))
    files = {
        **_checked(call, kept.LOGO, MOST_LOGO, apart.logo),
        **_checked(call, kept.TEMPLATE, MOST_BYTES, _template),
    }
    base = int(form.record_id) if form.record_id.isdecimal() else -1
    gone = form.ticked.get(kept.GONE, ())
    with call.begin() as session:
        shown = kept.save(session, call.actor(session), base, form.text(kept.NAME), files, gone)
    return letterhead_view.saved(shown) if shown.done else letterhead_view.form(shown)


def _checked(call: Call, part: str, most: int, check: Callable[[bytes], bytes]) -> dict[str, bytes]:
    """A file that was chosen, as it is kept; Refused at its field."""
    file_id = call.form.text(part)
    if not file_id:
        return {}
    try:
        return {part: check(fetched(call.client, file_id, most)[1])}
    except Refused as refusal:
        raise Refused(refusal.sentence, part) from None


def _template(data: bytes) -> bytes:
    apart.require_template(data)
    return data


LISTENERS = (
    opens(letterhead_view.SHOW, overall(kept.look), letterhead_view.form),
    on_form(letterhead_view.SAVE, save),
)
