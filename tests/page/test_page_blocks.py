"""Every kind of block that Slack's stand-in lets through is drawn, and nothing in it becomes markup."""

import pytest

from sandbox.page.blocks import blocks
from sandbox.page.elements import ELEMENTS
from sandbox.page.mrkdwn import Names, mrkdwn
from sandbox.page.place import Place
from sandbox.page.rich import markdown
from sandbox.slack.answers import KEPT
from sandbox.slack.shapes import Obj

NAMES = Names({"U1": "Coordinator"}, {"C1": "audit-east"})
PLACE = Place("message", "1.1", NAMES)
EVIL = "<script>alert(1)</script>"


def _plain(words: str) -> Obj:
    return {"type": "plain_text", "text": words}


def _points(*values: int) -> list[Obj]:
    return [{"label": label, "value": value} for label, value in zip("ABC", values, strict=False)]


DRAWN: list[tuple[Obj, str]] = [
    ({"type": "header", "text": _plain("Head")}, "<h3>Head</h3>"),
    ({"type": "section", "text": {"type": "mrkdwn", "text": "*b*"}, "fields": [_plain("f")]}, "<strong>b</strong>"),
    ({"type": "context", "elements": [_plain("small")]}, "<span>small</span>"),
    ({"type": "section", "text": _plain("one\n\ntwo")}, "one<br><br>two"),
    ({"type": "divider"}, "<hr>"),
    ({"type": "markdown", "text": "# Head\n- one\n\n**b** `c`"}, "<li>one</li>"),
    ({"type": "alert", "level": "warning", "text": _plain("Mind")}, 'class="alert warning"'),
    ({"type": "image", "image_url": "https://example.org/x.png", "alt_text": "A cat"}, "Picture: A cat"),
    ({"type": "table", "rows": [[{"type": "raw_text", "text": "h"}], [{"type": "raw_text", "text": "c"}]]}, "<table>"),
    (
        {
            "type": "data_table",
            "caption": "Cap",
            "rows": [[{"type": "raw_text", "text": "h"}], [{"type": "raw_number", "value": 3}]],
        },
        "<caption>Cap</caption>",
    ),
    (
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "elements": [
                        {"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U1"}]},
                    ],
                }
            ],
        },
        "@Coordinator",
    ),
]


@pytest.mark.parametrize(("block", "shown"), DRAWN, ids=[str(block["type"]) for block, _ in DRAWN])
def test_a_block_is_drawn(block: Obj, shown: str) -> None:
    assert shown in blocks([block], PLACE)


@pytest.mark.parametrize("kind", ["bar", "line", "area"])
def test_a_chart_is_drawn_with_its_numbers_in_words(kind: str) -> None:
    chart: Obj = {
        "type": kind,
        "series": [{"name": "East", "data": _points(1, 2)}],
        "axis_config": {"categories": ["A", "B"]},
    }
    drawn = blocks([{"type": "data_visualization", "title": "T", "chart": chart}], PLACE)
    assert "<desc>East: A 1, B 2</desc>" in drawn


def test_a_pie_is_drawn_with_a_slice_for_each_part() -> None:
    chart: Obj = {"type": "pie", "segments": _points(1, 2, 3)}
    assert blocks([{"type": "data_visualization", "title": "T", "chart": chart}], PLACE).count("<path") == 3


@pytest.mark.parametrize("kind", sorted({*KEPT, "button", "overflow"}))
def test_every_element_that_holds_a_value_is_a_control(kind: str) -> None:
    element: Obj = {
        "type": kind,
        "action_id": "a",
        "text": _plain("x"),
        "options": [{"text": _plain("o"), "value": "v"}],
    }
    block: Obj = {"type": "input", "block_id": "b", "label": _plain("Label"), "element": element}
    drawn = blocks([block], Place("modal", "V1", NAMES, {}, {"b": "Wrong"}))
    assert kind in ELEMENTS
    assert "isn't drawn here" not in drawn
    assert "Wrong" in drawn


def test_a_block_of_an_unknown_kind_says_so() -> None:
    assert "[mystery isn&#39;t drawn here]" in blocks([{"type": "mystery"}], PLACE)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("_i_ ~s~ `c`", "<em>i</em> <del>s</del> <code>c</code>"),
        ("&gt; quoted\nnot", "<blockquote>quoted</blockquote>not"),
        ("```\ncode *not bold*\n```", "<pre>code *not bold*</pre>"),
        ("<@U1> in <#C1>", "@Coordinator"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("snake_case_name", "snake_case_name"),
        ("&lt;!channel&gt;", "&lt;!channel&gt;"),
        (":+1: :nonesuch:", "👍 :nonesuch:"),
    ],
)
def test_mrkdwn_reads_as_in_slack(written: str, shown: str) -> None:
    assert shown in mrkdwn(written, NAMES)


def test_links_lead_nowhere() -> None:
    drawn = mrkdwn("<https://example.org/a|here>", NAMES)
    assert "href" not in drawn
    assert ">here</span>" in drawn


@pytest.mark.parametrize("given", [mrkdwn(EVIL, NAMES), mrkdwn(f"*{EVIL}*", NAMES), markdown(EVIL)])
def test_nothing_that_is_written_becomes_markup(given: str) -> None:
    assert "<script" not in given


def test_nothing_in_a_label_or_a_value_becomes_markup() -> None:
    element: Obj = {"type": "button", "action_id": '"><script>', "text": _plain(EVIL), "accessibility_label": '"><b>'}
    drawn = blocks([{"type": "actions", "block_id": '"', "elements": [element]}], PLACE)
    assert "<script" not in drawn
    assert "<b>" not in drawn


def test_a_picture_of_the_workspace_s_own_is_shown_with_its_words() -> None:
    image: Obj = {"type": "image", "slack_file": {"id": "F0CHART"}, "alt_text": "Good 1"}
    shown = Place("message", "1.1", NAMES, files=frozenset({"F0CHART"}))
    assert '<img src="/file/F0CHART" alt="Good 1" class="picture">' in blocks([image], shown)
    assert "<img" not in blocks([image], PLACE)
