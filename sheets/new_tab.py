"""Creates a tab that doesn't exist yet."""

from dataclasses import replace

from sheets import layout
from sheets.found_sheet import Book
from sheets.requests import Request
from sheets.tab_positions import TabPositions
from sheets.tabs import Tab, TabChart
from sheets.writing import links_at, rows_at, sealed_values


def ids(tab: Tab) -> range:
    """The sheetIds that a tab may have; it gets the first free one."""
    return range(tab.sheet_id, tab.sheet_id + 100_000, 100)


def of(tab: Tab, book: Book, place: int) -> tuple[list[Request], TabPositions]:
    """Requests that create a tab with its cells, and where its rows will be; its id and title are free ones."""
    taken = {grid.sheet_id for grid in book.grids}
    sheet_id = next(free for free in ids(tab) if free not in taken)
    tab = replace(tab, charts=tuple(_free(chart, book) for chart in tab.charts))
    titles = {title.casefold() for title in book.titles}
    names = [tab.title, *(f"{tab.title} ({number})" for number in range(2, len(titles) + 3))]
    title = next(name for name in names if name.casefold() not in titles)
    rows = [sealed_values(tab, row) for row in (tab.header, *tab.rows)]
    at = {key: across for across, key in enumerate(tab.column_keys)}
    standing = TabPositions(
        tab, sheet_id, title, at, {row.key: row_at for row_at, row in enumerate((tab.header, *tab.rows))}
    )
    links = links_at(tab, sheet_id, 0, at, rows)
    looks = [*layout.new_tab(tab, sheet_id, title, place), *layout.name(tab, sheet_id, book.names)]
    return [*looks, *rows_at(sheet_id, 0, 0, rows), *links], standing


def _free(chart: TabChart, book: Book) -> TabChart:
    """The chart with an id that isn't taken."""
    ids = range(chart.chart_id, chart.chart_id + layout.CHART_IDS)
    return replace(chart, chart_id=next(one for one in ids if one not in book.charts))
