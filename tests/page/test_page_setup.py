"""From an empty workspace to an open audit, all of it by the first coordinator at the page."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from audit.calendar import is_working_day, working_days_after
from sandbox.desk import Desk
from sandbox.scene import EMPTY
from tests.faults.processes import until
from tests.page.conftest import begun
from tests.page.visitor import Visitor

COORDINATOR, EDUCATION, POLICE = "U0COORDIN", "U0EDUEAST", "U0POLICE"
CASES = "reference\tarea\tagencies\nT9-EAST-01\tEast\tEducation / Police\nT9-EAST-02\tEast\tEducation\n"


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[tuple[Desk, str]]:
    del browser
    with begun(tmp_path_factory.mktemp("empty"), scene=EMPTY) as found:
        yield found


def _press(visitor: Visitor, name: str) -> None:
    """A button of the form in front, with which another comes."""
    visitor.form.get_by_role("button", name=re.compile(f"^{name}")).click()


def _begin(visitor: Visitor, name: str) -> None:
    """A button on Home."""
    visitor.talk.get_by_role("button", name=re.compile(f"^{name}")).click()


def _titled(visitor: Visitor, title: str) -> None:
    expect(visitor.page.locator("#modal-title")).to_have_text(title)


def _close(visitor: Visitor) -> None:
    visitor.page.locator("#modal-cross").click()
    expect(visitor.form).to_have_count(0)


def _steps(visitor: Visitor, done: int) -> None:
    """So many steps of the checklist on Home tick themselves off."""
    expect(visitor.talk).to_contain_text(f"{done} of 10 steps done")


def _agencies_and_an_area(visitor: Visitor) -> None:
    _begin(visitor, "Agencies")
    _press(visitor, "Add agencies")
    _titled(visitor, "Add agencies")
    visitor.form.get_by_label("Agencies").fill("Education\nPolice, Police")
    visitor.send()
    _titled(visitor, "Agencies")
    _press(visitor, "Add areas")
    _titled(visitor, "Add areas")
    visitor.form.get_by_label("Areas").fill("East")
    visitor.send()
    _titled(visitor, "Agencies")
    expect(visitor.form).to_contain_text("East")
    _close(visitor)


def _a_lead(visitor: Visitor, agency: str, who: str) -> None:
    _press(visitor, "Leads and deputies")
    visitor.form.get_by_label("Agency").select_option(label=agency)
    visitor.send()
    leads = visitor.form.get_by_role("group", name="Leads, all areas")
    leads.get_by_label(who, exact=True).check()
    visitor.send()
    _titled(visitor, "People")
    expect(visitor.form).to_contain_text(f"Agency lead: {agency}")


def _a_list(visitor: Visitor, line: str, said: str) -> None:
    """Somebody from a list: the worker asks Slack who it is, and the form that waits shows it."""
    _press(visitor, "Add several people")
    visitor.form.get_by_label("People").fill(line)
    visitor.send()
    expect(visitor.form).to_contain_text(said)
    visitor.send()
    _titled(visitor, "People added")


def _a_cycle(visitor: Visitor) -> None:
    _begin(visitor, "New audit")
    form = visitor.form
    form.get_by_label("Title").fill("Audit 9, Neglect")
    form.get_by_label("Audit theme").fill("Neglect")
    form.get_by_label("Origin").fill("An inspection")
    form.get_by_label("Deadline for returns").fill(_in(14))
    form.get_by_label("Sub-group's channel").select_option("C0SUBGROUP")
    visitor.send()
    _titled(visitor, "The audit is planned")
    _close(visitor)


def _in(days: int) -> str:
    """A working day that many days from now, or a little later: others are asked about."""
    day = date.today() + timedelta(days=days)  # noqa: DTZ011  # far enough from any midnight
    return str(day if is_working_day(day) else working_days_after(day, 1))


def _where_and_which(visitor: Visitor) -> None:
    _begin(visitor, "Manage this audit")
    _press(visitor, "Meetings and channels")
    _press(visitor, "Add a meeting")
    visitor.form.get_by_label("Area", exact=True).select_option(label="East")
    visitor.form.get_by_label("Audit channel").select_option("C0AUDITEAST")
    visitor.form.get_by_label("Day of the audit meeting").fill(_in(28))
    visitor.form.get_by_label("Time of the meeting").fill("10:00")
    visitor.send()
    expect(visitor.form).to_contain_text("The meeting has been added")
    _close(visitor)
    _begin(visitor, "Manage this audit")
    _press(visitor, "Paste cases")
    visitor.form.get_by_label("Cases").fill(CASES.replace("Police", "Polite"))
    visitor.send()
    expect(visitor.form).to_contain_text("Line 2:")
    visitor.form.get_by_label("Cases").fill(CASES)
    visitor.send()
    expect(visitor.form).to_contain_text("2 cases will be added")
    visitor.send()
    _titled(visitor, "Cases added")
    _close(visitor)


def _the_sheet(visitor: Visitor) -> None:
    address = visitor.page.locator("#address").input_value()
    _begin(visitor, "Manage this audit")
    _press(visitor, "Google Sheet")
    visitor.form.get_by_role("textbox").first.fill(address)
    visitor.send()
    _close(visitor)


def _a_meeting(visitor: Visitor) -> None:
    """It is held once it is time: the clock goes on to it."""
    for due in ("the deadline for returns", "the case summaries of East"):
        expect(visitor.page.locator(".clock small")).to_contain_text(due)
        visitor.press("Go to the next thing due")
        visitor.told(due)
    visitor.settled()
    visitor.press("Hold the meetings")
    visitor.everybody_answered("Meetings and judgements")
    visitor.press("Recommend")
    visitor.told("give them that role under People")


def test_a_first_coordinator_sets_a_cycle_up_and_opens_it(own: tuple[Desk, str], page: Page) -> None:
    visitor = Visitor(page, *own).arrive(COORDINATOR, "home")
    visitor.press("Hold the meetings")
    visitor.told("has no meetings yet")
    _steps(visitor, 0)
    _agencies_and_an_area(visitor)
    _steps(visitor, 1)
    _begin(visitor, "People")
    _a_lead(visitor, "Education", "Education lead, East")
    _a_list(visitor, "police.lead@board.example, Police, , lead", "Police lead · Agency lead: Police: is new here")
    _close(visitor)
    _steps(visitor, 2)
    _a_cycle(visitor)
    _steps(visitor, 3)
    _where_and_which(visitor)
    _the_sheet(visitor)
    _steps(visitor, 6)
    _begin(visitor, "Where messages go")
    for place in range(2):
        visitor.form.get_by_role("button", name=re.compile("^Check now")).nth(place).click()
        expect(visitor.form.get_by_text("Private, and the app is in it.")).to_have_count(place + 1)
    _close(visitor)
    _steps(visitor, 7)
    _begin(visitor, "Manage this audit")
    _press(visitor, "Open the audit")
    visitor.page.locator("#confirm").get_by_role("button", name="Open it").click()
    _titled(visitor, "The audit is open")
    _close(visitor)

    visitor.be(EDUCATION)
    visitor.go("Messages")
    expect(visitor.returns_of("T9-EAST-01")).to_contain_text("Not started")
    visitor.open_return("T9-EAST-02")
    visitor.fill("Good", "(Invented) The first of a board's own.")
    visitor.send()
    visitor.sent()
    visitor.tab("Status")
    expect(visitor.row("T9-EAST-02")).to_contain_text("Good")
    visitor.be(COORDINATOR)
    visitor.go("Home")
    expect(visitor.talk).not_to_contain_text("steps done")
    visitor.be(EDUCATION)
    visitor.press("Let the others answer")
    visitor.everybody_answered("Answers of the others")
    _a_meeting(visitor)
    _the_clock_is_the_product_s(own[0])


def _the_clock_is_the_product_s(desk: Desk) -> None:
    """Also where the dates are asked for while somebody moves it: what they tell of the clock would be old."""
    desk.look_again()
    assert until(desk._moving.locked)  # noqa: SLF001  # nothing else tells that they are being asked for
    desk.to_the_next_morning()
    told = datetime.fromisoformat(str(desk.product.ask("clock")["now"]))
    assert abs(desk.now() - told) < timedelta(minutes=1)
