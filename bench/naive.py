"""The baseline: a small program that uses gspread to append a row for each return, read the tab and format the row."""

from collections.abc import Sequence

import gspread
from google.auth.credentials import Credentials
from gspread.http_client import HTTPClient

GOOD = {"backgroundColor": {"red": 0.85, "green": 0.92, "blue": 0.83}}


class Naive:
    """A spreadsheet with the returns on its first tab, written as most such programs do; the worksheet is cached."""

    def __init__(self, credentials: Credentials, host: str, spreadsheet_id: str, header: Sequence[str]) -> None:
        client = gspread.Client(auth=credentials, http_client=_to(host))
        self._sheet = client.open_by_key(spreadsheet_id).sheet1
        self._header = list(header)

    def fill(self, rows: Sequence[Sequence[str]]) -> None:
        """Write all rows at once, as a starting point that isn't measured."""
        self._sheet.resize(len(rows) + 1000, len(self._header))
        self._sheet.update([self._header, *map(list, rows)], raw=True)

    def add_all(self, rows: Sequence[Sequence[str]]) -> None:
        """Append each new return, find its row and colour its grade."""
        for row in rows:
            self._sheet.append_row(list(row))
            at = len(self._sheet.get_all_values())
            self._sheet.format(f"E{at}", GOOD)

    def change(self, key: str, row: Sequence[str]) -> None:
        """Find the row of a changed return, overwrite it and colour its grade."""
        at = next(at for at, found in enumerate(self._sheet.get_all_values(), 1) if found[0] == key)
        self._sheet.update([list(row)], f"A{at}", raw=True)
        self._sheet.format(f"E{at}", GOOD)


def _to(host: str) -> type[HTTPClient]:
    """The HTTP client of gspread, with its calls sent to `host`."""

    class Http(HTTPClient):
        def request(self, method: str, endpoint: str, **given: object) -> object:  # type: ignore[override]  # passed on
            return super().request(method, endpoint.replace("https://sheets.googleapis.com", host), **given)  # type: ignore[arg-type]  # passed on

    return Http
