"""Which found row is which drawn row: the example that sheets.matching gives."""

from sheets import matching, seals
from sheets.fence import Kind
from sheets.found_sheet import Found, Grid
from sheets.matching import Match
from sheets.tabs import HEADER, KEY, SEAL, Column, Row, Tab

NAME = Column("name", "Name", identity=True)
TAB = Tab("tab", "Tab", 1, (NAME,), tuple(Row(key, (key.lower(),)) for key in "ABC"))
FOUND = (("A", "A", "a"), ("B", "B", "b"), ("B", "B", "b"), ("", "C", "c"), ("D", "D", "d"), ("", "", "ours"))


def matched(*lines: tuple[str, ...], unsure: Kind | None = None) -> Match:
    """Lines (key, whose seal, what people see, what they have beside it) below the header, matched."""
    cells: list[list[Found]] = [[HEADER, sealed(HEADER), NAME.header]]
    cells += [[key, of and sealed(of), *rest] for key, of, *rest in lines]
    grid = Grid(1, "Tab", 0, 100, 10, cells=cells)
    return matching.match(grid, TAB, {KEY: 0, SEAL: 1, "name": 2}, unsure)


def sealed(key: str) -> str:
    return seals.seal(key, ["name"], (NAME.header if key == HEADER else key.lower(),))


def test_rows_copies_and_what_is_drawn_no_more() -> None:
    found = matched(*FOUND)
    assert (found.rows, found.copies, found.stale) == ({"A": 1, "B": 2, "C": 4}, [(3, "B")], {5: "D"})
    assert found.seals.keys() == {HEADER, "A", "B", "C", "D"}


def test_of_two_the_row_beside_which_people_have_something_is_the_one() -> None:
    found = matched(*FOUND[:2], (*FOUND[2], "our remark"), *FOUND[3:])
    assert (found.rows, found.copies, found.stale) == ({"A": 1, "B": 3, "C": 4}, [(2, "B")], {5: "D"})


def test_what_decides_where_key_and_seal_name_two_rows() -> None:
    crossed = (("A", "B", "b"), ("B", "A", "a"))
    assert matched(*crossed).rows == {"B": 1, "A": 2}, "what people see"
    assert matched(*crossed, unsure="cells").rows == {"A": 1, "B": 2}, "the key, which wasn't written"
    assert matched(*crossed, unsure="keys").rows == {"B": 1, "A": 2}, "the seal"
    seen = (("A", "B", "a"), ("B", "A", "b"))
    assert matched(*seen, unsure="keys").rows == {"A": 1, "B": 2}, "the key, which agrees with what people see"
