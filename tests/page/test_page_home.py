"""What a lead does from Home about all returns at once: say which are nil, and ask somebody to cover."""

from datetime import timedelta

from playwright.sync_api import expect

from sandbox.dates import DEADLINE, LONDON
from tests.page.visitor import Visitor

VOLUNTEERS, PROBATION, YOT = "U0VCFS", "U0PROBAT", "U0YOT"


def test_all_but_one_become_nil_returns_in_one_go(visitor: Visitor) -> None:
    visitor.arrive(VOLUNTEERS, "home")
    visitor.talk.get_by_role("button", name="Which are known to us?").click()
    visitor.form.get_by_label("T2-EAST-02").check()
    visitor.send()
    expect(visitor.page.locator("#modal-title")).to_have_text("Nil returns")
    expect(visitor.form).to_contain_text("14 nil returns will be sent")
    visitor.send()
    expect(visitor.form).to_contain_text("14 nil returns sent")
    visitor.page.keyboard.press("Escape")
    expect(visitor.form).to_have_count(0)
    expect(visitor.returns_of("T2-EAST-01")).to_contain_text("Nil return")
    expect(visitor.returns_of("T2-EAST-02")).to_contain_text("Not started")


def test_who_is_asked_to_cover_opens_and_sends_the_return(visitor: Visitor) -> None:
    visitor.arrive(PROBATION, "home")
    visitor.talk.get_by_role("button", name="Ask somebody to cover").click()
    visitor.form.get_by_label("Who covers?").select_option(YOT)
    due = next(due.at for due in visitor.desk.calendar.dues if due.what == DEADLINE)
    visitor.form.get_by_label("Last day").fill(f"{due.astimezone(LONDON) + timedelta(days=1):%Y-%m-%d}")
    visitor.send()
    expect(visitor.form).to_contain_text("YOT lead covers for Probation lead")
    visitor.page.keyboard.press("Escape")

    visitor.be(YOT)
    visitor.go("Messages")
    told = visitor.talk.locator("article", has_text="You cover for Probation lead")
    told.get_by_role("button", name="Open return: T2-EAST-03, Probation").click()
    visitor.answer("Good", "(Invented) Written in their place.")
    visitor.send()
    visitor.sent()
    expect(told.locator(".section", has_text="T2-EAST-03")).to_contain_text("Sent (version 1)")
