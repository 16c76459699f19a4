"""The whole cycle by clicking, from the last returns to the report in the sub-group's channel."""

import re

from playwright.sync_api import expect

from sandbox import meeting
from sandbox.slack.person import Person
from sandbox.slack.shapes import obj, objs
from tests.faults.processes import until
from tests.page.visitor import Visitor

EAST, COORDINATOR, MEMBER, OUTSIDER = "U0EDUEAST", "U0COORDIN", "U0SUBGROUP", "U0OUTSIDER"
PUBLISHED = {"outstanding": 0, "good": 4, "requires_improvement": 6, "inadequate": 1}
CASE = "T2-EAST-01"


def _clock(visitor: Visitor, what: str) -> None:
    expect(visitor.page.locator(".clock small")).to_contain_text(what)
    visitor.press("Go to the next thing due")
    visitor.told(f"a minute past: {what}")


def _all_answer(visitor: Visitor) -> None:
    visitor.press("Let the others answer")
    visitor.everybody_answered("Answers of the others")
    visitor.settled()
    _clock(visitor, "the deadline for returns")
    visitor.press("Let the late ones answer")
    visitor.everybody_answered("Answers of the late ones")


def _read_the_summary(visitor: Visitor) -> None:
    visitor.go("audit-east")
    expect(visitor.talk).to_contain_text("Case T2-EAST-05")
    visitor.talk.get_by_role("button", name=re.compile(f"Read the summary: {CASE}")).click()
    expect(visitor.form).to_contain_text("(Invented)")
    visitor.page.keyboard.press("Escape")
    expect(visitor.form).to_have_count(0)


def _in_modal(visitor: Visitor, name: str, title: str) -> None:
    """Press what is called so in the modal, and see the next one."""
    visitor.form.get_by_role("button", name=re.compile(name)).first.click()
    expect(visitor.page.locator("#modal-title")).to_have_text(title)


def _record_who_came(visitor: Visitor) -> None:
    visitor.talk.get_by_role("button", name=re.compile("^Meetings")).click()
    _in_modal(visitor, "^Record who came: meeting about East", "Who came")
    visitor.form.get_by_label("Education", exact=True).check()  # one alone is no quorum, whatever other tests sent
    visitor.send()
    expect(visitor.page.locator("#modal-title")).to_have_text("Meetings")
    expect(visitor.form).to_contain_text("Came: Education")


def _discuss(visitor: Visitor) -> None:
    _in_modal(visitor, f"^Discuss: {CASE}", "Case discussion")
    _in_modal(visitor, "^Add a finding", "Add a finding")
    visitor.form.get_by_label(re.compile("^Strength")).check()
    visitor.form.get_by_label("What was found").fill("(Invented) The plan was begun early.")
    visitor.form.get_by_label("Which agency is it about?").select_option("Education")
    visitor.form.get_by_label("Learning theme", exact=False).select_option("Transitions from statutory services")
    visitor.send()
    expect(visitor.page.locator("#modal-title")).to_have_text("Case discussion")
    expect(visitor.form).to_contain_text("(Invented) The plan was begun early.")


def _ratify(visitor: Visitor, button: str) -> None:
    _in_modal(visitor, button, "Ratify the judgement")
    visitor.fill("Good", "(Invented) Agreed at the meeting.")
    why = visitor.form.get_by_label("Why before the meeting, or without its quorum?")
    why.fill("(Invented) The others can't come to another meeting.")
    visitor.send()
    expect(visitor.page.locator("#modal-title")).to_have_text("Case discussion")
    expect(visitor.form).to_contain_text("Ratified judgement: Good")


def _open_again(visitor: Visitor) -> None:
    _in_modal(visitor, "^Re-open", "Re-open a case")
    visitor.form.get_by_label(re.compile("^Why")).fill("(Invented) A record was found after the meeting.")
    visitor.send()
    expect(visitor.page.locator("#modal-title")).to_have_text("Case discussion")
    expect(visitor.form).to_contain_text("Re-opened")


def _hold_a_meeting(visitor: Visitor) -> None:
    """One case by hand, twice; then all others."""
    visitor.be(COORDINATOR)
    visitor.go("Home")
    _record_who_came(visitor)
    _discuss(visitor)
    _ratify(visitor, "^Ratify")
    _open_again(visitor)
    _ratify(visitor, "^Ratify")
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.locator("#modal-title")).to_have_text("Meetings")
    visitor.page.keyboard.press("Escape")
    expect(visitor.form).to_have_count(0)
    visitor.press("Hold the meetings")
    visitor.everybody_answered("Meetings and judgements")
    coordinator = Person(visitor.desk.workspace, COORDINATOR)
    assert meeting.unattended(coordinator) == [], "who came is recorded of each"
    visitor.press("Recommend")
    visitor.everybody_answered("Recommendations")


def _send_the_report(visitor: Visitor) -> None:
    """Once every summary is out: what a report tells of others must be."""
    assert until(lambda: bool(visitor.desk.product.ask("status")["settled"]), every=0.5)
    visitor.go("Home")
    visitor.talk.get_by_role("button", name=re.compile("^Report")).click()
    _in_modal(visitor, "^Make a new version", "Report")
    visitor.form.get_by_role("button", name=re.compile("^Send to the sub-group")).click()
    visitor.page.locator("#confirm").get_by_role("button", name="Send it").click()
    expect(visitor.form).to_contain_text("It has been sent, or is on its way.")
    visitor.page.keyboard.press("Escape")
    visitor.settled()


def _what_the_sub_group_sees(visitor: Visitor) -> None:
    visitor.be(MEMBER)
    visitor.go("quality-sub-group")
    expect(visitor.talk).to_contain_text("Final: every case is ratified")
    expect(visitor.talk.locator("svg.chart").first).to_be_visible()
    for label, number in (("Outstanding", 0), ("Good", 4), ("Requires improvement", 6), ("Inadequate", 1)):
        expect(visitor.talk).to_contain_text(f"{label}: {number}")
    expect(visitor.talk).to_contain_text("SGO payments: 4 of 15 cases")
    with visitor.page.expect_download() as found:
        visitor.talk.locator(".file a", has_text="report").click()
    assert found.value.suggested_filename.endswith(".docx")
    visitor.go("Home")
    expect(visitor.talk).to_contain_text("of recommendation 4 (audit 2) · SEND")
    visitor.tab("Actions")
    expect(visitor.sheet).to_contain_text("Designated nurse")


def test_the_whole_cycle_is_clicked_to_its_report(to_the_end: Visitor) -> None:
    visitor, desk, page = to_the_end, to_the_end.desk, to_the_end.page
    visitor.arrive(EAST)
    _all_answer(visitor)
    _clock(visitor, "the cycle's tally, the case summaries of East")
    visitor.settled()
    _read_the_summary(visitor)
    _clock(visitor, "the case summaries of Central and North")
    _clock(visitor, "the meeting about East")
    _clock(visitor, "the meeting about Central and North")
    expect(page.get_by_role("button", name="Nothing more is due")).to_be_disabled()
    _hold_a_meeting(visitor)
    _send_the_report(visitor)
    _what_the_sub_group_sees(visitor)

    tally = desk.product.ask("tally", str(desk.file.number))
    assert tally["grades"] == PUBLISHED
    assert obj(tally["not_graded"])["insufficient_information"] == 4
    assert {(one["theme"], one["cases"], one["of"]) for one in objs(tally["themes"])} >= {("SGO payments", 4, 15)}
    assert tally["adds_up"] is True

    visitor.be(OUTSIDER)
    expect(page.locator("#side a", has_text="audit-east")).to_have_count(0)
