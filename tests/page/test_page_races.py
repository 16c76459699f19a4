"""What people press and type isn't lost, however late an answer comes and whatever is drawn anew meanwhile."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, Request, Response, Route, expect

from sandbox.sheets import Person
from sandbox.slack import messages
from sandbox.slack.shapes import Obj
from tests.faults.processes import until
from tests.page.visitor import Visitor

CENTRAL, OUTSIDER = "U0EDUCENTRAL", "U0OUTSIDER"
CASE, OTHER = "T2-CENTRAL-04", "T2-CENTRAL-05"
PARTS, NOTHING_NEW = re.compile("/parts"), re.compile(r"/parts.*after=\d")


class Held:
    """The next request to an address, which waits until the test lets it go on."""

    def __init__(self, visitor: Visitor, path: str) -> None:
        self._page = visitor.page
        self._routes: list[Route] = []
        self._page.route(re.compile(path), self._hold)

    def _hold(self, route: Route) -> None:
        if self._routes:
            route.continue_()
        else:
            self._routes.append(route)

    def made(self) -> Route:
        """It, once it has been made."""
        assert until(self._seen)
        return self._routes[0]

    def _seen(self) -> bool:
        self._page.evaluate("0")  # what the browser says is heard only while it is asked something
        return bool(self._routes)


def _drawn_anew(visitor: Visitor, case: str) -> None:
    """The app draws the lead's message about a case anew, so that Slack names its blocks anew."""
    desk = visitor.desk
    lead = desk.workspace.person(CENTRAL)
    ts = next(str(one["ts"]) for one in lead.messages(lead.dm) if case in str(one["blocks"]))
    message = desk.workspace.message(lead.dm, ts)
    assert message is not None
    blocks: list[Obj] = [{name: item for name, item in one.items() if name != "block_id"} for one in message.blocks]
    with desk.workspace.changing():
        messages.change(desk.workspace, message, None, blocks)


def _drawn_anew_while(visitor: Visitor, press: Callable[[], None]) -> None:
    """It is drawn anew after that was pressed, and the page has an answer by then that it hasn't shown yet.

    An answer that comes between the two is held and nothing more is asked: it counts as well.
    """
    with visitor.page.expect_response(PARTS):
        press()
        _drawn_anew(visitor, CASE)


def _point_at(visitor: Visitor, case: str) -> None:
    visitor.returns_of(case).get_by_role("button").hover(position={"x": 5, "y": 5})


def _modal_of(visitor: Visitor) -> bool:
    return visitor.desk.workspace.person(CENTRAL).modal() is not None


@pytest.fixture
def lead(visitor: Visitor) -> Visitor:
    visitor.page.route("**/never-asked-for", lambda _: None)  # Chromium holds nothing safely of a page that came before
    visitor.arrive(CENTRAL)
    visitor.settled()
    visitor.caught_up()
    return visitor


def test_a_form_is_gone_at_escape_however_long_the_sandbox_takes(lead: Visitor) -> None:
    lead.open_return(CASE)
    closing = Held(lead, "/do/close")
    lead.page.keyboard.press("Escape")
    expect(lead.form).to_have_count(0)
    closing.made()
    with lead.page.expect_response(PARTS):
        lead.desk.bump()
    lead.go("audit-central")  # what was answered has been shown by then
    expect(lead.form).to_have_count(0)
    assert _modal_of(lead)
    with lead.page.expect_response(re.compile("/do/close")):
        closing.made().continue_()
    assert not _modal_of(lead)


def test_a_form_that_could_not_be_closed_comes_back(lead: Visitor) -> None:
    lead.open_return(CASE)
    closing = Held(lead, "/do/close")
    lead.page.keyboard.press("Escape")
    expect(lead.form).to_have_count(0)
    closing.made().fulfill(body="nothing that the page understands")
    lead.told("doesn't answer")
    expect(lead.form).to_contain_text(CASE)


def test_of_two_answers_the_later_one_holds_whichever_comes_first(lead: Visitor) -> None:
    poll = Held(lead, "/parts")
    lead.desk.bump()
    poll.made()
    lead.press("Slack away")
    button = lead.page.get_by_role("button", name="Slack away")
    expect(button).to_be_disabled()
    doing = Held(lead, "/do/desk")
    lead.press("All well again")
    earlier = doing.made().fetch()
    lead.desk.bump()
    lead.page.route(NOTHING_NEW, lambda _: None)  # or what happens next would put it right
    poll.made().fulfill(response=poll.made().fetch())
    doing.made().fulfill(response=earlier)
    expect(button).to_be_enabled()


def test_a_button_does_what_it_said_even_if_it_was_drawn_anew_while_it_was_pressed(lead: Visitor) -> None:
    _point_at(lead, CASE)
    _drawn_anew_while(lead, lead.page.mouse.down)
    lead.page.mouse.up()
    expect(lead.form).to_contain_text(CASE)


def test_one_press_after_another_keeps_what_is_pressed_in_its_place(visitor: Visitor, window_apart: Page) -> None:
    visitor = Visitor(window_apart, visitor.desk, visitor.address)
    visitor.page.clock.install()
    visitor.arrive(CENTRAL)
    visitor.settled()
    visitor.caught_up()
    visitor.page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))
    visitor.page.locator("#talk header").click(trial=True)
    _drawn_anew_while(visitor, visitor.page.mouse.down)
    visitor.page.mouse.up()
    _point_at(visitor, CASE)
    visitor.page.mouse.down()
    visitor.page.clock.run_for(1000)
    visitor.page.mouse.up()
    visitor.page.clock.resume()
    expect(visitor.form).to_contain_text(CASE)


def test_a_key_that_is_held_presses_what_it_was_held_on(lead: Visitor) -> None:
    lead.returns_of(CASE).get_by_role("button").focus()
    _drawn_anew_while(lead, lambda: lead.page.keyboard.down(" "))
    lead.page.keyboard.up(" ")
    expect(lead.form).to_contain_text(CASE)


def test_a_form_is_sent_after_what_was_chosen_in_it_has_been_taken_up(lead: Visitor) -> None:
    said: list[str] = []

    def note(what: str, url: str) -> None:
        found = re.search("/do/([a-z]+)", url)
        said.extend([f"{what} {found[1]}"] if found else [])

    def asked(request: Request) -> None:
        note("ask", request.url)

    def answered(response: Response) -> None:
        note("answer", response.url)

    lead.open_return(OTHER)
    lead.first_page()
    lead.form.get_by_label("Why?").fill("(Invented) Typed before the choice.")
    lead.page.on("request", asked)
    lead.page.on("response", answered)
    choosing = Held(lead, "/do/act")
    lead.form.get_by_label("Not graded", exact=True).check()
    lead.send()
    choosing.made().continue_()
    expect(lead.form.locator(".input.wrong", has_text="Why is it not graded?")).to_contain_text("Please complete")
    lead.page.remove_listener("request", asked)
    lead.page.remove_listener("response", answered)
    assert said[:3] == ["ask act", "answer act", "ask submit"]
    expect(lead.form.get_by_label("Why?")).to_have_value("(Invented) Typed before the choice.")


def test_what_is_typed_and_the_place_in_it_stay_while_others_write(visitor: Visitor) -> None:
    visitor.arrive(OUTSIDER)
    visitor.go("general")
    visitor.page.locator("#say").fill("Who comes on Monday?")
    visitor.page.keyboard.press("Enter")
    thread = visitor.talk.locator("article", has_text="Who comes on Monday?").last.locator("+ details")
    thread.locator("summary").click()
    reply = thread.get_by_label("Reply in the thread")
    reply.fill("I do")
    reply.press("Home")
    visitor.desk.workspace.person(CENTRAL).say("C0GENERAL", "(Invented) Something else.")
    expect(visitor.talk).to_contain_text("Something else")
    visitor.page.keyboard.type("Yes, ")
    expect(reply).to_have_value("Yes, I do")


def test_what_is_typed_over_a_cell_stays_while_the_sheet_is_drawn(lead: Visitor) -> None:
    lead.tab("Status")
    lead.page.locator("#cell-words").fill("half a sen")
    Person(lead.desk.drive, lead.desk.spreadsheet).type("Status", "D40", "from elsewhere")
    expect(lead.sheet).to_contain_text("from elsewhere")
    expect(lead.page.locator("#cell-words")).to_have_value("half a sen")
    expect(lead.page.locator("#cell-words")).to_be_focused()
