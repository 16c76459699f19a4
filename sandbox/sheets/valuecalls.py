"""The spreadsheets.values methods: by range, by several ranges, by data filter."""

from collections.abc import Callable, Sequence

from sandbox.sheets import valueapi
from sandbox.sheets.a1 import GridRange
from sandbox.sheets.batch.context import Batch
from sandbox.sheets.errors import Refused
from sandbox.sheets.model import Spreadsheet
from sandbox.sheets.sheetsapi import Call, filtered
from sandbox.sheets.wire import Obj


def get(call: Call) -> Obj:
    """spreadsheets.values.get."""
    book = call.file("reader").book
    return valueapi.get(book, valueapi.place(book, call.parts["range"])[1], call.options)


def update(call: Call) -> Obj:
    """spreadsheets.values.update."""

    def work(batch: Batch) -> Obj:
        area = valueapi.place(batch.book, call.parts["range"])[1]
        named = call.body.get("range")
        if named and valueapi.place(batch.book, named)[1] != area:
            raise Refused(f"Requested writing within range [{call.parts['range']}], but the body names [{named}]")
        return valueapi.update(batch, area, call.body, call.options)

    return call.write(work)


def append(call: Call) -> Obj:
    """spreadsheets.values.append."""

    def work(batch: Batch) -> Obj:
        return valueapi.append(batch, valueapi.place(batch.book, call.parts["range"])[1], call.body, call.options)

    return call.write(work)


def clear(call: Call) -> Obj:
    """spreadsheets.values.clear."""

    def work(batch: Batch) -> Obj:
        cleared = valueapi.clear(batch, valueapi.place(batch.book, call.parts["range"])[1])
        return {"spreadsheetId": batch.book.id, "clearedRange": cleared}

    return call.write(work)


def batch_get(call: Call) -> Obj:
    """spreadsheets.values.batchGet."""
    book = call.file("reader").book
    areas = [valueapi.place(book, text)[1] for text in call.query.get("ranges", [])]
    answer: Obj = {"spreadsheetId": book.id}
    return answer | ({"valueRanges": [valueapi.get(book, area, call.options) for area in areas]} if areas else {})


def _each(name: str, values: Sequence[Obj | str], work: Callable[[Obj | str], Obj | str]) -> list[Obj | str]:
    done = []
    for index, value in enumerate(values):
        try:
            done.append(work(value))
        except Refused as refused:
            raise refused.under(f"{name}[{index}]") from None
    return done


def batch_update(call: Call) -> Obj:
    """spreadsheets.values.batchUpdate: all or nothing."""
    if call.body.get("valueInputOption") not in ("RAW", "USER_ENTERED"):
        raise Refused("'valueInputOption' is required but not specified")

    def work(batch: Batch) -> Obj:
        areas: list[GridRange] = []

        def one(data: Obj | str) -> Obj | str:
            given = data if isinstance(data, dict) else {}
            areas.append(valueapi.place(batch.book, given.get("range", ""))[1])
            return valueapi.update(batch, areas[-1], given, call.body)

        data: list[Obj] = call.body.get("data", [])
        responses = [done for done in _each("data", data, one) if isinstance(done, dict)]
        answer: Obj = {"spreadsheetId": batch.book.id} | valueapi.totals(responses, areas)
        return answer | ({"responses": responses} if responses else {})

    return call.write(work)


def batch_clear(call: Call) -> Obj:
    """spreadsheets.values.batchClear."""

    def work(batch: Batch) -> Obj:
        def one(text: Obj | str) -> Obj | str:
            return valueapi.clear(batch, valueapi.place(batch.book, str(text))[1])

        ranges: list[str] = call.body.get("ranges", [])
        cleared = _each("range", ranges, one)
        return {"spreadsheetId": batch.book.id} | ({"clearedRanges": cleared} if cleared else {})

    return call.write(work)


def _areas(book: Spreadsheet, filters: list[Obj]) -> list[tuple[Obj, GridRange]]:
    return [(one, area) for one in filters for area in filtered(book, one)]


def get_by_filter(call: Call) -> Obj:
    """spreadsheets.values.batchGetByDataFilter."""
    book = call.file("reader").book
    found = [
        {"valueRange": valueapi.get(book, area, call.body), "dataFilters": [one]}
        for one, area in _areas(book, call.body.get("dataFilters", []))
    ]
    return {"spreadsheetId": book.id} | ({"valueRanges": found} if found else {})


def update_by_filter(call: Call) -> Obj:
    """spreadsheets.values.batchUpdateByDataFilter."""
    if call.body.get("valueInputOption") not in ("RAW", "USER_ENTERED"):
        raise Refused("'valueInputOption' is required but not specified")

    def work(batch: Batch) -> Obj:
        responses, areas = [], []
        for given in call.body.get("data", []):
            chosen = given.get("dataFilter", {})
            for area in filtered(batch.book, chosen):
                done = valueapi.update(batch, area, given, call.body)
                areas.append(area)
                done.pop("spreadsheetId")
                responses.append(done | {"dataFilter": chosen})
        answer: Obj = {"spreadsheetId": batch.book.id} | valueapi.totals(responses, areas)
        return answer | ({"responses": responses} if responses else {})

    return call.write(work)


def clear_by_filter(call: Call) -> Obj:
    """spreadsheets.values.batchClearByDataFilter."""

    def work(batch: Batch) -> Obj:
        areas = _areas(batch.book, call.body.get("dataFilters", []))
        cleared = [valueapi.clear(batch, area) for _, area in areas]
        return {"spreadsheetId": batch.book.id} | ({"clearedRanges": cleared} if cleared else {})

    return call.write(work)
