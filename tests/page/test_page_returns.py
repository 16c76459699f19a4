"""A lead at the page: a return, its errors, what is kept of it, and who is refused."""

import re

from playwright.sync_api import expect

from sandbox.slack.shapes import obj
from tests.page.visitor import Visitor

EAST, DEPUTY, OUTSIDER, NORTH = "U0EDUEAST", "U0EDUDEPUTY", "U0OUTSIDER", "U0EDUNORTH"


def _good_grades_of_education(visitor: Visitor) -> object:
    tally = visitor.desk.product.ask("tally", str(visitor.desk.file.number))
    return obj(obj(obj(tally["by_agency"])["Education"])["grades"])["good"]


def test_a_return_reaches_the_message_the_sheet_and_the_database(visitor: Visitor) -> None:
    before = _good_grades_of_education(visitor)
    visitor.arrive(EAST).open_return("T2-EAST-01")
    visitor.answer("Good", "(Invented) Plans were early.")
    visitor.send()
    visitor.sent()

    expect(visitor.returns_of("T2-EAST-01")).to_contain_text("Sent (version 1)")
    expect(visitor.row("T2-EAST-01")).to_contain_text("Good")
    assert isinstance(before, int)
    assert _good_grades_of_education(visitor) == before + 1


def test_what_is_missing_is_said_at_its_field_and_the_text_stays(visitor: Visitor) -> None:
    visitor.arrive(EAST).open_return("T2-EAST-02")
    visitor.form.get_by_label("Which records were read").fill("(Invented) kept")
    visitor.send()

    expect(visitor.form.locator(".input.wrong", has_text="Our involvement")).to_contain_text("Please complete")
    expect(visitor.form.get_by_label("Which records were read")).to_have_value("(Invented) kept")
    expect(visitor.page.locator("#modal [aria-invalid=true]").first).to_be_attached()


def test_what_the_product_refuses_is_said_at_its_field_and_the_text_stays(visitor: Visitor) -> None:
    visitor.arrive(EAST).open_return("T2-EAST-02")
    visitor.answer("Good", "Ring the lead on 020 7946 0958.")
    visitor.send()

    expect(visitor.form.locator(".input.wrong")).to_contain_text(re.compile("phone", re.IGNORECASE))
    expect(visitor.form.get_by_label("Why?")).to_have_value("Ring the lead on 020 7946 0958.")


def test_typing_is_kept_while_other_things_happen(visitor: Visitor) -> None:
    visitor.arrive(NORTH).open_return("T2-NORTH-01")
    visitor.form.get_by_label("Which records were read").fill("(Invented) half a sen")
    visitor.press("Google says 429")
    expect(visitor.page.locator("#waits")).to_be_visible()
    visitor.press("All well again")
    visitor.told("well again")
    expect(visitor.form.get_by_label("Which records were read")).to_have_value("(Invented) half a sen")

    visitor.be(DEPUTY)
    expect(visitor.form).to_have_count(0)
    visitor.be(NORTH)
    expect(visitor.form.get_by_label("Which records were read")).to_have_value("(Invented) half a sen")


def test_a_slash_command_answers_for_one_pair_of_eyes(visitor: Visitor) -> None:
    visitor.arrive(EAST)
    visitor.go("general")
    visitor.page.locator("#say").fill("/audit help")
    visitor.page.keyboard.press("Enter")
    expect(visitor.talk.locator(".ephemeral")).to_contain_text("How to use this app")
    visitor.be(DEPUTY)
    visitor.go("general")
    expect(visitor.talk.locator(".ephemeral")).to_have_count(0)


def test_an_unknown_command_is_said_to_be_one(visitor: Visitor) -> None:
    visitor.arrive(EAST)
    expect(visitor.page.locator("#composer")).to_contain_text("has been turned off")
    visitor.go("general")
    visitor.page.locator("#say").fill("/adit")
    visitor.page.keyboard.press("Enter")
    visitor.told("/adit is not a valid command")


def test_an_outsider_is_refused(visitor: Visitor) -> None:
    visitor.arrive(OUTSIDER, "home")
    expect(visitor.talk).to_contain_text("What is next")
    expect(visitor.talk.get_by_role("button")).to_have_count(0)
    visitor.go("general")
    visitor.page.locator("#say").fill("/audit")
    visitor.page.keyboard.press("Enter")
    expect(visitor.talk.locator(".ephemeral").last).not_to_contain_text("T2-EAST")
