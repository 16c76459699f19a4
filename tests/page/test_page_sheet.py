"""What people do to sheets, from the page, and the product putting it right."""

import pytest
from playwright.sync_api import expect

from tests.page.visitor import Visitor

COORDINATOR = "U0COORDIN"


@pytest.fixture
def reader(visitor: Visitor) -> Visitor:
    visitor.arrive(COORDINATOR)
    visitor.settled()
    expect(visitor.sheet.locator(".tabs")).to_contain_text("Status")
    return visitor


def _drawn(reader: Visitor) -> None:
    reader.press("Update now")
    reader.told("told to look at the sheet")
    reader.settled()


def _titles(reader: Visitor) -> list[str]:
    return reader.desk.drive.spreadsheet(reader.desk.spreadsheet).titles


def test_the_grid_has_colours_frozen_panes_and_hides_what_is_hidden(reader: Visitor) -> None:
    reader.tab("Status")
    cell = reader.row("T2-EAST-03").locator("td", has_text="Awaited").first
    assert "background:#" in (cell.get_attribute("style") or "")
    assert reader.sheet.locator("tbody tr.frozen").count() == 1
    assert reader.sheet.locator("td.frozen").count() > 0
    assert reader.sheet.locator("thead th", has_text="C").count() == 1
    expect(reader.sheet.locator("thead")).not_to_contain_text("A")
    expect(reader.sheet).to_contain_text("Named ranges: roundtable_status")


def test_a_cell_typed_over_comes_back(reader: Visitor) -> None:
    reader.tab("Status")
    reader.row("T2-NORTH-05").locator("td", has_text="North").first.click()
    box = reader.page.locator("#cell-words")
    expect(box).to_have_value("T2-NORTH-05")
    box.fill("not ours")
    box.press("Enter")
    expect(reader.sheet).to_contain_text("not ours")
    _drawn(reader)
    expect(reader.sheet).not_to_contain_text("not ours")
    expect(reader.row("T2-NORTH-05")).to_be_visible()


def test_what_agencies_wrote_goes_while_anyone_with_the_link_can_open_it(reader: Visitor) -> None:
    reader.tab("Returns")
    for told, there in (("Anyone who has the link", True), ("with people only again", False)):
        reader.press("Link sharing")
        reader.told(told)
        _drawn(reader)
        withheld = expect(reader.sheet)
        (withheld.to_contain_text if there else withheld.not_to_contain_text)("Withheld")


def test_a_deleted_tab_is_made_anew(reader: Visitor) -> None:
    reader.tab("Tallies")
    reader.press("Delete tab")
    reader.told("deleted")
    assert "Tallies" not in _titles(reader)
    _drawn(reader)
    expect(reader.sheet.locator(".tabs")).to_contain_text("Tallies")


def test_a_title_a_column_and_an_order_of_ones_own_stay(reader: Visitor) -> None:
    reader.tab("Returns")
    reader.press("Rename tab")
    reader.told("Renamed")
    reader.press("Insert column")
    reader.told("A column of your own")
    reader.press("Convert to table")
    reader.told("A table")
    reader.press("Sort")
    reader.told("Sorted")
    reader.press("Overtype a cell")
    reader.told("typed over")
    _drawn(reader)
    expect(reader.sheet).not_to_contain_text("typed over")
    expect(reader.sheet.locator(".tabs")).to_contain_text("What we call it")
    expect(reader.sheet).to_contain_text("Our own notes")
    assert reader.sheet.locator("tbody tr:not(.frozen) td").nth(1).inner_text() == "YOT"


def test_a_sheet_is_lent_to_an_agency_and_looked_at_beside_the_audits_own(reader: Visitor) -> None:
    reader.press("Another sheet")
    reader.told("An empty spreadsheet more")
    books = reader.sheet.locator(".books a")
    books.last.click()
    expect(books.last).to_have_attribute("aria-current", "page")
    address = reader.page.locator("#address").input_value()
    reader.go("general")
    reader.page.locator("#say").fill("/audit sheet")
    reader.page.locator("#say").press("Enter")
    reader.page.get_by_role("button", name="Sheets for others", exact=False).last.click()
    reader.form.get_by_role("button", name="Lend a sheet").click()
    reader.form.get_by_label("For whom").select_option("YOT")
    reader.form.get_by_label("Address").fill(address)
    reader.send()
    expect(reader.page.locator("#modal")).to_contain_text("YOT, has its sheet")
    reader.page.keyboard.press("Escape")
    reader.settled()
    reader.tab("Returns")
    expect(reader.row("T2-NORTH-05")).to_contain_text("YOT")
    expect(reader.sheet.locator("tbody")).not_to_contain_text("Police")
    expect(reader.page.locator("#address")).to_have_count(0)
    books.first.click()
    expect(books.first).to_have_attribute("aria-current", "page")
    expect(reader.row("T2-NORTH-05").first).to_be_visible()
    expect(reader.sheet.locator("tbody")).to_contain_text("Police")
