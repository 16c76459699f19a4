"""Google: whether it accepts the service account's key, and each audit's sheet: its rights, bin and readers."""

from collections.abc import Iterator

from sqlalchemy import or_, select

from audit.moment import STANDING
from audit.setup import opening
from audit.whose_sheet import OF_ALL, WHOSE
from bot.doctor.means import Means, heard
from bot.doctor.results import LookResult, note, ok, problem, unasked
from sheets.errors import SheetsRefused, SheetsUnavailable
from sheets.google_client import GoogleClient
from storage.cycles import Cycle
from storage.sheet_state import SheetState


def key(given: Means) -> Iterator[LookResult]:
    """Whether Google accepts the service account's key."""
    try:
        client = given.google()
        if client is None:
            yield note("No service account is set, so Google isn't asked.")
            return
        client.sign_in()
    except SheetsRefused as refusal:
        yield problem(refusal.sentence)
    except SheetsUnavailable as silent:
        yield unasked(heard(silent))
    else:
        yield ok(f"Google accepts the key of {client.address}.")


def sheets(given: Means) -> Iterator[LookResult]:
    """Each sheet that is drawn: whether it can be written to, and who can open it."""
    with given.reading() as session:
        standing = select(SheetState.id, Cycle.number, WHOSE, SheetState.spreadsheet_id)
        standing = standing.join(Cycle, Cycle.id == SheetState.cycle_id).where(Cycle.state.in_(STANDING))
        lent = or_(OF_ALL, SheetState.spreadsheet_id.is_not(None))
        sheets = session.execute(standing.where(lent).order_by(Cycle.number, WHOSE)).all()
    client = given.google()
    for sheet_id, number, whose, spreadsheet_id in sheets:
        if not spreadsheet_id:
            yield note(f"Audit {number}: {opening.UNBOUND}.")
        elif client is None:
            yield problem(f"Audit {number} has a Google Sheet, but there is no key file: set GOOGLE_SERVICE_ACCOUNT.")
        else:
            yield _sheet(client, sheet_id, f"{number}, {whose}" if whose else str(number), spreadsheet_id)


def _sheet(client: GoogleClient, sheet_id: str, number: str, spreadsheet_id: str) -> LookResult:
    try:
        title, permitted = client.check_bindable(spreadsheet_id, sheet_id)
        readers = ", ".join(map(str, permitted))
    except SheetsRefused as refusal:
        return problem(f"The sheet of audit {number}: {refusal.sentence}")
    except SheetsUnavailable as silent:
        return unasked(f"The sheet of audit {number}: {heard(silent)}")
    return ok(f"The sheet of audit {number}, “{title}”, can be written to. Who can open it: {readers}.")
