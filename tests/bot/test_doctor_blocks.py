"""The doctor has Slack check one of every view and message that the product can show."""

import json
import re
import subprocess

from bot.doctor import blocks
from bot.doctor.invented_description import FILE
from handlers import LISTENERS
from handlers.listeners import ListenerKind
from jobs.letters import KINDS
from sandbox import die_with_parent
from sandbox.faults import Fault
from storage.messages import MessageKind
from tests.kit import reading
from tests.kit.doctored import Doctor
from tests.kit.served import ROUNDTABLE, environ
from views.parts import ANSWER

FILES = {
    MessageKind.CALENDAR, MessageKind.PACK, MessageKind.REPORT, MessageKind.SHEET_FILE, MessageKind.TOOL_FILE,
}  # fmt: skip
"""Messages that share a file, which have no blocks."""
SAME = {
    "case.positions": "the form to ratify, each agency in a menu of its own: of many agencies",
    "history.turn": "another page of it",
    "matrix.show": "a page of the message's table: of more cases than one message holds",
    "return.back": "the page before",
    "tool.language": "the tool of a workbook, in another of its languages",
}
"""Buttons that nobody presses in the invented audit, and what they would show, which is a view that is there."""

WITHIN = re.compile(r"answer|(draft|preview|question)\..*|.*\.(page|next|previous|back|turn|positions)")
"""Steps within a form that is open, and pages of a list: no things in themselves."""
OF_ONE = {
    **dict.fromkeys(("theme.show", "theme.merge", "theme.rename", "theme.split", "theme.unmerge"), "a learning theme"),
    **dict.fromkeys(("case.open", "case.reopen", "finding.new", "finding.edit", "finding.withdraw"), "a case"),
    **dict.fromkeys(("channels.check", "channel.allow", "channel.forbid"), "a channel"),
    **dict.fromkeys(("place.edit", "place.remove"), "an area"),
    **dict.fromkeys(("attendance.edit", "pack.ask"), "a meeting"),
    **dict.fromkeys(("recommendation.edit", "recommendation.withdraw", "action.new"), "a recommendation"),
    **dict.fromkeys(("paragraph.edit", "paragraph.public", "paragraph.inside"), "a text of the report"),
    **dict.fromkeys(("report.make", "report.get", "report.send", "report.brief", "report.record"), "the report"),
    **dict.fromkeys(("signoff.show", "signoff.ask", "signoff.record", "report.issue"), "a version of it"),
    **dict.fromkeys(("sheet.about", "sheet.lending"), "a sheet that is lent"),
    **dict.fromkeys(("history.show", "history.read", "nil.enter"), "a return"),
    **dict.fromkeys(("tool.edit", "tool.export"), "an audit tool"),
    **dict.fromkeys(("cycle.step", "tool.change", "sample.check"), "what the audit would be then"),
    **dict.fromkeys(("people.see", "people.discard"), "a list of people that was brought"),
}
"""What is to be done about one of those: it stands on that one's own page, or beside it in the list, which is near."""
TOLD = {
    **dict.fromkeys(("sheet.export", "sheet.others", "sheet.lending"), "of a planned audit: /audit sheet has it"),
    "channel.allow": "a channel of an audit that is over",
    "decline.decide": "a request that is decided: its reason",
    "drift.read": "what was put back in a sheet on an earlier day",
    "history.read": "a return of a meeting that is over",
    "report.release": "an edition that was asked for: asking again tells it again",
    "return.open": "a return that was handed over, whose meeting has begun meanwhile",
    "returns.known": "the same of one audit",
    "returns.mine": "one's own returns, by who reads of them in a channel",
}
"""What only a message or a command has, about something that came up and Home hasn't any more, or not yet."""


def test_nothing_is_more_than_two_presses_from_home() -> None:
    """For each person on each day of the invented audit, whatever they are offered anywhere."""
    presses = {
        (day, who, verb): number
        for (day, who, verb), number in blocks.pressed().presses.items()
        if not WITHIN.fullmatch(verb)
    }
    far = {key: number for key, number in presses.items() if number > 2 and key[2] not in OF_ONE}
    assert far == {}
    assert {verb for (_, _, verb), number in presses.items() if number > 2} == {*OF_ONE}, "as far as it is said to be"
    assert {verb for (_, _, verb), number in presses.items() if number == 0} == {*TOLD}


def test_of_every_form_message_and_home_there_is_one() -> None:
    shown = {each.name for each in blocks.every()}
    assert {each.id for each in LISTENERS if each.kind == ListenerKind.FORM} - shown == set()
    assert {*KINDS} - shown == FILES
    assert {f"home, {each.label}" for each in FILE.setup.people} | {"/audit help", "notice", "home.sorry"} <= shown
    buttons = {each.id for each in LISTENERS if each.kind == ListenerKind.ACTION and each.id != ANSWER}
    missed = {each for each in buttons - blocks.pressed().pressed if not each.endswith(".page")}
    assert missed == {*SAME}


def test_an_audit_is_called_the_same_wherever_it_is_named() -> None:
    """The invented one's title doesn't say its number, so its name does."""
    title = FILE.setup.cycle.title
    for each in blocks.every():
        told = "\n".join(text for key, text in reading.strings(each.payload) if key != "initial_value")
        bare = told.replace(f"{title} (audit 1)", "").replace(f"{title}: summary report", "")
        assert title not in bare, (each.name, told)
        assert not re.search(r"\bcycles? \d", told, re.IGNORECASE), (each.name, told)


def of_blocks(doctor: Doctor) -> tuple[int, list[tuple[str, str]]]:
    """The exit status, and what is said of what is shown."""
    code, found = doctor.says("--blocks", "6000")
    return code, [(how, sentence) for subject, how, sentence in found if subject == "Shown"]


def test_what_slack_refuses_is_named_with_its_place(doctor: Doctor) -> None:
    workspace = doctor.play.workspace
    before = json.dumps([[each.text for each in there] for there in workspace.messages.values()])
    every = len(blocks.every())
    busy = '{"ok": false, "error": "ratelimited"}'
    workspace.faults.add(Fault("blocks.validate", 3, 429, {"Retry-After": "0"}, busy))  # it is asked again
    assert of_blocks(doctor) == (0, [("ok", f"Slack accepts {every} of {every} kinds of views and messages.")])
    assert f"Shown: {every} kinds of views and messages were shown. Slack is asked about 6000 a minute." in doctor.told
    workspace.lacks = frozenset({"data_visualization"})
    code, [*refused, (_, taken)] = of_blocks(doctor)
    assert code == 1
    assert {how for how, _ in refused} == {"problem"}
    named = {sentence.partition(" (")[0] for _, sentence in refused}
    assert {"Slack refuses the message “agenda”, at /blocks/4/type"} <= named, refused
    assert all("message “agenda”" in each or "message “tally”" in each for each in named), refused
    assert len({*refused}) == len(refused)
    assert taken.endswith(f" of {every} kinds of views and messages.")
    assert f" {every} of" not in taken
    assert before == json.dumps([[each.text for each in there] for there in workspace.messages.values()])


def test_a_slack_that_checks_nothing_is_no_problem(doctor: Doctor) -> None:
    workspace = doctor.play.workspace
    for fault, sentence in (
        (Fault("blocks.validate", None, 200, {}, '{"ok": false, "error": "unknown_method"}'), "unknown_method"),
        (Fault("blocks.validate", None, 503), "Slack couldn't be asked"),
    ):
        workspace.faults.add(fault)
        code, [(how, said)] = of_blocks(doctor)
        workspace.faults.clear()
        assert (code, how) == (0, "not asked")
        assert sentence in said


def test_how_far_it_is_is_said_into_a_pipe_meanwhile(doctor: Doctor) -> None:
    busy = Fault("blocks.validate", None, 429, {"Retry-After": "600"}, '{"ok": false, "error": "ratelimited"}')
    doctor.play.workspace.faults.add(busy)
    with subprocess.Popen(
        die_with_parent.command(ROUNDTABLE, "doctor", "--blocks"),
        env=environ(doctor.given),
        cwd=doctor.home,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as waiting:
        assert waiting.stderr is not None
        said = waiting.stderr.readline()
        still = waiting.poll() is None
        waiting.terminate()
    assert said == "Shown: Slack was asked too often, and asks for a pause of 600 seconds.\n"
    assert still, "it waits for Slack"
