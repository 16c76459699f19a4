"""batchUpdate: runs the requests in order on a copy, all or none."""

from sandbox.sheets.batch import cells, dimensions, filters, metadata, objects, ranges, tables, tabs, texts
from sandbox.sheets.batch.context import Batch, Handler
from sandbox.sheets.errors import Refused
from sandbox.sheets.model import Spreadsheet
from sandbox.sheets.wire import Obj

HANDLERS: dict[str, Handler] = {
    **tabs.HANDLERS,
    **cells.HANDLERS,
    **dimensions.HANDLERS,
    **ranges.HANDLERS,
    **texts.HANDLERS,
    **objects.HANDLERS,
    **filters.HANDLERS,
    **metadata.HANDLERS,
    **tables.HANDLERS,
}


def run(book: Spreadsheet, requests: list[Obj], user: str, *, owner: bool) -> tuple[Spreadsheet, list[Obj]]:
    """The spreadsheet after `requests` (checked by schema), and the replies. Raises Refused; `book` isn't changed."""
    if not requests:
        raise Refused("Must specify at least one request.")
    batch = Batch(book.snapshot(), user, owner)
    replies = []
    for place, request in enumerate(requests):
        if len(request) != 1:
            raise Refused(f"Invalid requests[{place}]: No request set.")
        name, details = next(iter(request.items()))
        if name not in HANDLERS:
            raise Refused(f"Invalid requests[{place}].{name}: The stand-in does not support this request.")
        try:
            reply = HANDLERS[name](batch, details)
        except Refused as refused:
            raise refused.under(f"requests[{place}].{name}") from None
        batch.changed()
        replies.append(reply or {})
    return batch.book, replies
