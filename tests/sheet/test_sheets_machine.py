"""Random returns, edits, faults, and people who act between two calls: after quiet the sheet is the database's."""

from contextlib import suppress
from typing import Literal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from audit.cycle import part
from audit.cycle.board import Board
from sandbox.sheets.errors import Refused
from tests.kit.at_length import LONG
from tests.sheet.abuse import CHANGES, PLACES, Abuse
from tests.sheet.boards import AGENCIES, AREAS, a1, sync

CALLS = st.sampled_from(["GET /v4/", "POST .*:getByDataFilter", "POST .*:batchUpdate"])
GAPS = st.sampled_from(
    [
        "sort",
        "sort what is seen",
        "insert rows",
        "move rows",
        "insert columns",
        "move columns",
        "delete a row",
        "delete cells",
        "make a table",
    ]
)


class AbuseInTheGap(Abuse):
    """People, other workers and late writes, in the middle of a redraw too."""

    @rule(call=CALLS, when=st.sampled_from(["before", "after"]), act=GAPS, place=PLACES, case=st.integers(1, 6))
    def act_in_the_gap(self, call: str, when: Literal["before", "after"], act: str, place: int, case: int) -> None:
        """Somebody shifts rows or columns just before or after a call of a redraw that has much to write."""
        self.sync()
        self.drive.meanwhile.act(call, lambda: self.shift(act, place), when)
        self.submit(case, place % 3, ("good", "inadequate")[place % 2])
        self.submit(case % 6 + 1, place % 3, "outstanding")
        self.sync(whole=place % 2 == 0)
        self.drive.meanwhile.clear()
        if act.startswith("delete"):  # which may have been after all was looked at
            self.sync()

    @rule(call=CALLS, act=GAPS, what=CHANGES, place=PLACES, killed=st.booleans())
    def change_in_the_gap(self, call: str, act: str, what: str, place: int, *, killed: bool) -> None:
        """Cases are withdrawn or renamed, texts go, while somebody shifts a tab on which people may have remarks."""
        if place % 3:
            self.remark(place, "abc")
        self.sync()
        self.drive.meanwhile.act(call, lambda: self.shift(act, place))
        self.change(what, place % 4 + 1)
        if killed and not act.endswith("columns"):  # after which cells may be told that nobody edited
            self.kill("sheet.after_http")
        self.sync(whole=place % 2 == 0)
        self.drive.meanwhile.clear()
        self.sync()

    def shift(self, act: str, place: int) -> None:
        """What somebody does to the tab in one go."""
        header = self.header()[1]
        area, first = self.what_is_seen() if act == "sort what is seen" else self.all_rows()
        across = first + place % (len(header) - first)
        with suppress(Refused):
            if act.startswith("sort"):
                self.person.sort(self.title, area, across, descending=place % 2 == 0)
                return
            if act == "delete a row":
                self.forget(self.row(place))
                return
            if act == "delete cells":
                self.move_cells_up(place)
                return
            {
                "insert rows": lambda: self.person.insert_rows(self.title, place % 15, 2),
                "move rows": lambda: self.person.move_rows(self.title, self.row(place), (self.row(place) + 5) % 12),
                "make a table": lambda: self.make_a_table(place, first=2 * (place % 2)),
                "insert columns": lambda: self.person.insert_columns(self.title, across),
                "move columns": lambda: self.person.move_columns(self.title, across, (across + 4) % len(header)),
            }[act]()

    @rule(place=PLACES)
    def undo(self, place: int) -> None:
        """Somebody deletes a row and brings it back, remark and all, after it was missed and before it is drawn."""
        self.sync()
        row, remarks = self.row(place), dict(self.remarks)
        cells = self.person.tab(self.title).cells[row]
        self.forget(row)

        def bring_back() -> None:
            self.person.insert_rows(self.title, row)
            self.drive.files[self.sheet.key].book.sheet(self.title).cells[row] = cells

        self.drive.meanwhile.act("POST .*:batchUpdate", bring_back)
        self.remarks = remarks
        self.sync()
        self.drive.meanwhile.clear()

    @rule(case=st.integers(1, 6), place=PLACES, calls=st.one_of(st.none(), st.integers(0, 4)))
    def write_late(self, case: int, place: int, calls: int | None) -> None:
        """A write that nobody gets an answer to is applied later; meanwhile people sort."""
        self.sync()
        self.drive.meanwhile.late("POST .*:batchUpdate", calls)
        self.submit(case, place % 3, "requires_improvement")
        self.sync()
        self.shift("sort", place)
        self.drive.meanwhile.let_go()

    @rule(case=st.integers(1, 6), place=PLACES, text=st.text("uvw", min_size=1, max_size=5))
    def overtype_in_the_gap(self, case: int, place: int, text: str) -> None:
        """Somebody types over a cell of ours that stays as it is, while others of its row are about to be written."""
        self.sync()
        before = self.returns()
        self.submit(case, place % 3, ("good", "inadequate")[place % 2])
        changed = [(was, row) for was, row in zip(before.rows, self.returns().rows, strict=True) if was != row]
        if not changed:
            return
        was, row = changed[place % len(changed)]
        both = zip(before.columns, was.values, row.values, strict=True)
        same = [column.header for column, one, other in both if one == other]
        across, down = self.header()[1].index(same[place % len(same)]), self.ours()[row.key]
        cell = a1(down, across)
        self.drive.meanwhile.act(
            "POST .*:batchUpdate", lambda: self.person.paste(self.title, cell, [[f"typed {text}"]])
        )
        self.typed.append(f"typed {text}")
        self.sync(whole=place % 2 == 0)
        self.drive.meanwhile.clear()
        self.sync()

    @rule(case=st.integers(1, 6), place=PLACES)
    def two_workers(self, case: int, place: int) -> None:
        """Another worker draws an older state between a look and the write of this one."""
        older = self.board
        self.submit(case, place % 3, ("good", "inadequate")[place % 2])
        self.drive.meanwhile.act("POST .*:batchUpdate", lambda: self.sheet.draw(older, sync=sync(self.generation)))
        self.sync()
        self.drive.meanwhile.clear()


class AbuseOfAnAgencys(AbuseInTheGap):
    """The same of a sheet that is lent to an agency."""

    def shown(self, whole: Board) -> Board:
        return part.of_agency(whole, AGENCIES[0][0])


class AbuseOfAnAreas(AbuseInTheGap):
    """The same of a sheet that is lent for an area, which has a released case and maybe one more."""

    def shown(self, whole: Board) -> Board:
        return part.of_area(whole, AREAS[1])


@pytest.mark.parametrize(("machine", "often"), [(AbuseInTheGap, 4), (AbuseOfAnAgencys, 2), (AbuseOfAnAreas, 2)])
def test_fault_13_whatever_happens_the_sheet_converges(machine: type[AbuseInTheGap], often: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=often * (25 if LONG else 1),
            stateful_step_count=12,
            deadline=None,
            derandomize=not LONG,
            suppress_health_check=list(HealthCheck),
        ),
    )
