"""A coordinator brings an audit tool as a workbook, in Slack: looked at, then stored; through signed requests."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Event

import pytest
from slack_sdk import WebClient

from audit.errors import Refused
from audit.library import preview, shipped, to_xlsform, tools
from audit.tools import Section, Tool
from handlers import files
from handlers.files import fetched, is_slack_address
from tests.kit.handing import handed
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, LEAD, asked
from tests.kit.workbooks import tool, workbook

OURS = Tool(
    "ours", 0,
    (
        Section("a", "Our first question", required=True),
        Section("b", "And if so?", relevant="${a} = 'x'", heading="Then"),
    ),
    "Our own audit",
)  # fmt: skip


def bring(play: Play, data: bytes, name: str = "ours.xlsx") -> str:
    """Hand a workbook in; what is shown then."""
    assert play.press_on_home(COORDINATOR, "tools.list", "Audit tools").ok
    assert "Transitions to adulthood" in play.modal_text(COORDINATOR)
    assert play.press_in_modal(COORDINATOR, "tool.bring").ok
    play.fill(COORDINATOR, workbook=[handed(play, data, name)])
    assert play.send(COORDINATOR).ok
    return play.modal_text(COORDINATOR)


def kept(play: Play) -> dict[str, str]:
    with play.reading() as session:
        return tools.offered(session)


@pytest.mark.on_sqlite
def test_a_workbook_is_looked_at_and_then_stored(play: Play) -> None:
    play.load()
    shown = bring(play, to_xlsform.workbook(OURS))
    for said in ("Nothing is stored yet.", "Our first question", "must be answered", "And if so?", "Then"):
        assert said in shown
    assert "asked if “Our first question” is “x”" in shown
    assert play.press_in_modal(COORDINATOR, "preview.show").ok
    assert "Only if “Our first question” is “x”" in play.modal_text(COORDINATOR)
    assert play.send(COORDINATOR).ok, "nothing must be answered, and the last page closes"
    assert "Nothing is stored yet." in play.modal_text(COORDINATOR)
    assert "ours" not in kept(play)
    assert play.send(COORDINATOR).ok
    assert "version 1, can be chosen" in play.modal_text(COORDINATOR)
    assert kept(play)["ours"] == "Our own audit"
    assert play.press_in_modal(COORDINATOR, "tools.back").ok, "of the tool, which stands there now"
    assert play.press_in_modal(COORDINATOR, "tool.see").ok
    assert "Voice of the child" in play.modal_text(COORDINATOR), "of the first, the general one"
    assert "asked if “Immediate action needed?” is “Yes”" in play.modal_text(COORDINATOR)
    assert play.press_in_modal(COORDINATOR, "tools.back").ok
    assert "Our own audit" in play.modal_text(COORDINATOR)
    assert play.press_on_home(COORDINATOR, "cycle.new", "New audit").ok
    assert "Our own audit" in play.modal_text(COORDINATOR)


def test_whoever_looks_at_a_workbook_sees_in_which_order_its_grades_stand(play: Play) -> None:
    play.load()
    shown = bring(play, workbook(
        survey=[("type", "name", "label", "graded"), ("select_one n", "plan", "Planning", "yes")],
        choices=[
            ("list_name", "name", "label", "rank"), ("n", 0, "0 - none", 2), ("n", 1, "1 - full", 1),
            ("n", 9, "N/A - not our area", ""),
        ],
    ))  # fmt: skip
    assert "a grade, the best first: 1 - full, 0 - none, N/A - not our area (and why), Not graded (and why)" in shown


WELSH = [
    ("type", "name", "label::English (en)", "label::Welsh (cy)"),
    ("select_one how", "plan", "How good was the plan?", "Pa mor dda oedd y cynllun?"),
]


@pytest.mark.both_databases
def test_a_workbook_in_two_languages_is_stored_in_the_one_that_is_chosen(play: Play) -> None:
    play.load()
    shown = bring(play, workbook(survey=WELSH, choices=[
        ("list_name", "name", "label::English (en)", "label::Welsh (cy)"),
        ("how", "good", "Good", "Da"), ("how", "weak", "Weak", "Gwan"),
    ]))  # fmt: skip
    assert "How good was the plan?" in shown
    assert "The form is in English (en); what is there in Welsh (cy) isn't shown." in shown
    assert play.press_in_modal(COORDINATOR, "tool.language").ok
    shown = play.modal_text(COORDINATOR)
    assert "Pa mor dda oedd y cynllun?" in shown
    assert "one of: Da, Gwan" in shown
    assert "How good" not in shown
    assert play.press_in_modal(COORDINATOR, "preview.show").ok
    assert "Pa mor dda oedd y cynllun?" in play.modal_text(COORDINATOR)
    assert play.send(COORDINATOR).ok, "the last page closes"
    assert play.send(COORDINATOR).ok
    with play.reading() as session:
        stored = tools.newest(session, "ours")
    assert stored.sections[0].label == "Pa mor dda oedd y cynllun?"
    assert [each.label for each in stored.sections[0].choices] == ["Da", "Gwan"]


@pytest.mark.both_databases
def test_a_tool_that_somebody_stored_meanwhile_is_not_replaced_unseen(play: Play) -> None:
    play.load()
    assert "It replaces" not in bring(play, to_xlsform.workbook(OURS))
    with play.sessions.begin() as session:
        tools.store(session, None, replace(OURS, title="Theirs"))
    assert play.send(COORDINATOR).ok
    shown = play.modal_text(COORDINATOR)
    assert "A version of it was stored since you looked at this." in shown
    assert "It replaces “Theirs”, as its version 2." in shown
    assert kept(play)["ours"] == "Theirs"
    assert play.send(COORDINATOR).ok, "seen, and meant"
    assert "version 2, can be chosen" in play.modal_text(COORDINATOR)
    assert kept(play)["ours"] == "Our own audit"


def test_a_workbook_that_is_no_tool_is_answered_with_its_rows_and_nothing_is_stored(play: Play) -> None:
    play.load()
    before = kept(play)
    shown = bring(play, tool(("text", "a", "A"), ("sparkle", "b", "B")))
    assert "row 3: the type “sparkle” isn't accepted" in shown
    for data, said in ((b"no workbook", "is damaged"), (bytes(2_000_001), "larger than 2 MB")):
        play.close_modal(COORDINATOR)
        play.fill(COORDINATOR, workbook=[handed(play, data)])
        play.send(COORDINATOR)
        assert said in play.modal_text(COORDINATOR)
    assert kept(play) == before


def test_a_file_that_slack_does_not_hand_over_is_named(play: Play) -> None:
    play.load()
    shown = bring(play, to_xlsform.workbook(OURS))
    assert "Nothing is stored yet." in shown
    del play.workspace.files["F0HANDED"]
    play.send(COORDINATOR)
    assert "Slack" in play.modal_text(COORDINATOR) or "file" in play.modal_text(COORDINATOR)
    assert "ours" not in kept(play)


def test_nobody_else_sees_or_brings_a_tool(play: Play) -> None:
    play.load()
    handed(play, to_xlsform.workbook(OURS))
    for verb, record in (("tools.list", "all"), ("tool.bring", "all"), ("preview.show", preview.of_file("F0HANDED"))):
        asked(play, LEAD, verb, record)
        assert "Our first question" not in play.modal_text(LEAD)
        assert shipped.TITLES["neglect"] not in play.modal_text(LEAD)
        assert "workbook" not in play.modal_text(LEAD)


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("https://files.slack.com/files-pri/T0-F0/download/our%20tool.xlsx?t=1", True),
        ("https://evil.example\\@files.slack.com/x", False),
        ("https://files.slack.com@evil.example/", False),
        ("https://files.slack.com:8443/x", False),
        ("https://evil.example/#@files.slack.com/", False),
        ("http://files.slack.com/x", False),
        ("https://files.slack.com", False),
        ("https://[", False),
        ("https:/\\evil.example", False),
        ("", False),
    ],
)
def test_our_token_goes_to_slacks_own_file_host_only(address: str, taken: bool) -> None:  # noqa: FBT001  # a case
    assert is_slack_address(WebClient("xoxb-t"), address) is taken


class _Torn(BaseHTTPRequestHandler):
    """Slack, as far as a file goes of which only the beginning arrives."""

    def do_POST(self) -> None:
        address = f"http://127.0.0.1:{self.server.server_port}/file"  # type: ignore[attr-defined]  # an HTTPServer's
        self._answer(json.dumps({"ok": True, "file": {"url_private_download": address}}).encode(), 0)

    def do_GET(self) -> None:
        self._answer(b"PK", 100)

    def _answer(self, data: bytes, missing: int) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data) + missing))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


class _Dripping(_Torn):
    """Slack, as far as a file goes that comes byte by byte, without end."""

    def do_GET(self) -> None:
        self._answer(b"PK", 10**6)
        with suppress(OSError):  # whoever asked has hung up
            while not Event().wait(0.01):
                self.wfile.write(b".")


@pytest.mark.parametrize(
    ("slack", "said"), [(_Torn, "didn't hand that file over"), (_Dripping, "took too long to hand that file over")]
)
def test_a_download_that_is_torn_or_never_ends_is_said_in_words(
    slack: type[_Torn], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "DOWNLOAD_WITHIN", 0.2)
    with HTTPServer(("127.0.0.1", 0), slack) as server, ThreadPoolExecutor(1) as apart:
        apart.submit(server.serve_forever)
        client = WebClient("xoxb-t", base_url=f"http://127.0.0.1:{server.server_port}/api/")
        try:
            with pytest.raises(Refused, match=said):
                fetched(client, "F0", 1_000)
        finally:
            server.shutdown()
