"""A return that is begun, kept and gone on with; and two people at the same one."""

from playwright.sync_api import expect

from tests.page.visitor import Visitor

EAST, DEPUTY = "U0EDUEAST", "U0EDUDEPUTY"
BEGUN = "(Invented) Begun on Monday."


def test_a_draft_is_kept_gone_on_with_and_sent(visitor: Visitor) -> None:
    visitor.arrive(EAST).open_return("T2-EAST-03")
    visitor.form.get_by_label("Which records were read").fill(BEGUN)
    visitor.form.get_by_role("button", name="Save draft").click()
    expect(visitor.form).to_contain_text("Draft saved")
    visitor.page.keyboard.press("Escape")
    expect(visitor.form).to_have_count(0)
    expect(visitor.returns_of("T2-EAST-03")).to_contain_text("Draft saved")

    visitor.open_return("T2-EAST-03")
    expect(visitor.form.get_by_label("Which records were read")).to_have_value(BEGUN)
    visitor.first_page()
    expect(visitor.form.get_by_label("Why is it not graded?")).to_have_count(0)
    visitor.form.get_by_label("Why?").fill("(Invented) Typed before the choice.")
    visitor.form.get_by_label("Not graded", exact=True).check()
    expect(visitor.form.get_by_label("Why is it not graded?")).to_be_visible()
    expect(visitor.form.get_by_label("Why?")).to_have_value("(Invented) Typed before the choice.")
    visitor.form.get_by_label("Good", exact=True).check()
    expect(visitor.form.get_by_label("Why is it not graded?")).to_have_count(0)
    visitor.send()
    visitor.sent()
    expect(visitor.returns_of("T2-EAST-03")).to_contain_text("Sent (version 1)")


def test_two_people_at_one_return_are_told_and_nothing_typed_is_lost(visitor: Visitor) -> None:
    visitor.arrive(EAST).open_return("T2-EAST-04")
    visitor.answer("Good", "(Invented) The lead's reason.")
    visitor.be(DEPUTY)
    visitor.go("Home")
    visitor.open_return("T2-EAST-04")
    visitor.answer("Inadequate", "(Invented) The deputy's reason.")
    visitor.send()
    visitor.sent()

    visitor.be(EAST)
    expect(visitor.form.get_by_label("Why?")).to_have_value("(Invented) The lead's reason.")
    visitor.send()
    expect(visitor.form.locator(".alert").first).to_contain_text("Education deputy, East")
    expect(visitor.form.get_by_label("Why?")).to_have_value("(Invented) The lead's reason.")
    visitor.send()
    visitor.sent()
    expect(visitor.returns_of("T2-EAST-04")).to_contain_text("Sent (version 2)")
