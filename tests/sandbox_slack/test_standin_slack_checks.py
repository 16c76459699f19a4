"""The stand-in refuses what Slack refuses, in Slack's words."""

from typing import Any

import pytest

from sandbox.slack.checks import Surface, problems


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def modal(*blocks: object, **fields: object) -> dict[str, Any]:
    return {"type": "modal", "title": plain("T"), "submit": plain("S"), "blocks": list(blocks), **fields}


def asks(element: dict[str, Any], **fields: object) -> dict[str, Any]:
    return {"type": "input", "label": plain("L"), "element": element, **fields}


def options(count: int, text: str = "o") -> list[dict[str, Any]]:
    return [{"text": plain(text), "value": f"v{number}"} for number in range(count)]


def section(**fields: object) -> dict[str, Any]:
    return {"type": "section", **fields}


def chart(**fields: object) -> dict[str, Any]:
    return {"type": "data_visualization", "title": "Grades", "chart": fields}


def table(rows: int, columns: int, text: str = "x", **fields: object) -> dict[str, Any]:
    cells = [[{"type": "raw_text", "text": text} for _ in range(columns)] for _ in range(rows)]
    return {"type": "data_table", "caption": "Cases", "rows": cells, **fields}


VIEW = "[json-pointer:/view"
FIRST = "[json-pointer:/view/blocks/0"
BUTTON = {"type": "button", "action_id": "a", "text": plain("B")}
POINTS = [{"label": "East", "value": 1}]
AXIS = {"categories": ["East"]}

REFUSED: list[tuple[Surface, object, str]] = [
    (
        "modal",
        modal(asks({"type": "radio_buttons", "options": options(1, "x" * 76)})),
        f"must be less than 76 characters {FIRST}/element/options/0/text/text]",
    ),
    ("modal", modal(*[{"type": "divider"}] * 101), f"no more than 100 items allowed {VIEW}/blocks]"),
    ("message", [{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    ("modal", modal(asks({"type": "plain_text_input"}), submit=None), f"missing required field: submit {VIEW}]"),
    (
        "modal",
        modal(asks({"type": "plain_text_input"}), submit=None),
        f"must define `submit` to use an `input` block in modals {FIRST}/input]",
    ),
    ("modal", modal(title=plain("x" * 25)), f"must be less than 25 characters {VIEW}/title/text]"),
    ("modal", modal(title=plain("")), f"must be more than 0 characters {VIEW}/title/text]"),
    ("modal", modal(private_metadata="x" * 3001), f"must be less than 3001 characters {VIEW}/private_metadata]"),
    ("modal", modal(unknown=1), f"failed to match all allowed schemas {VIEW}]"),
    ("modal", modal(unknown=1), f"invalid additional property: unknown {VIEW}]"),
    ("modal", {"type": "modal"}, f"missing required field: title {VIEW}]"),
    ("modal", {"type": "modal"}, f"missing required field: blocks {VIEW}]"),
    ("modal", modal(section(text=plain("x" * 3001))), f"must be less than 3001 characters {FIRST}/text/text]"),
    ("modal", modal(section(text=plain("x" * 3001))), f"failed to match all allowed schemas {FIRST}/text]"),
    ("modal", modal(section()), f"must define either `text` or `fields` {FIRST}/type]"),
    ("modal", modal(section(fields=[plain("f")] * 11)), f"no more than 10 items allowed {FIRST}/fields]"),
    ("modal", modal(section(fields=[plain("f" * 2001)])), f"must be less than 2001 characters {FIRST}/fields/0/text]"),
    ("modal", modal({"type": "sections"}), f"unsupported type: sections {FIRST}/type]"),
    ("modal", modal(asks(BUTTON)), f"unsupported type: button {FIRST}/element/type]"),
    (
        "modal",
        modal(asks({"type": "radio_buttons", "options": options(11)})),
        f"no more than 10 items allowed {FIRST}/element/options]",
    ),
    (
        "modal",
        modal(asks({"type": "static_select", "options": options(101)})),
        f"no more than 100 items allowed {FIRST}/element/options]",
    ),
    (
        "modal",
        modal(asks({"type": "static_select", "options": []})),
        f"must provide at least 1 items {FIRST}/element/options]",
    ),
    (
        "modal",
        modal(asks({"type": "static_select", "options": options(1), "initial_option": None})),
        f"must provide an object {FIRST}/element/initial_option]",
    ),
    (
        "modal",
        modal(asks({"type": "static_select", "options": options(1), "initial_option": options(2)[1]})),
        f"initial_option must exactly match one of the options {FIRST}/element/initial_option]",
    ),
    (
        "modal",
        modal(asks({"type": "plain_text_input", "max_length": 3001})),
        f"must be less than or equal to 3000 {FIRST}/element/max_length]",
    ),
    (
        "modal",
        modal(asks({"type": "plain_text_input", "max_length": 3, "initial_value": "four"})),
        f"must be less than 4 characters {FIRST}/element/initial_value]",
    ),
    (
        "modal",
        modal(asks({"type": "plain_text_input", "max_length": 3, "min_length": 4})),
        f"min_length must be less than or equal to max_length {FIRST}/element/min_length]",
    ),
    ("modal", modal(asks({"type": "datepicker", "initial_date": "1 May"})), "must be formatted as YYYY-MM-DD"),
    ("modal", modal(asks({"type": "plain_text_input"}, block_id="b" * 256)), "must be less than 256 characters"),
    (
        "modal",
        modal({"type": "divider", "block_id": "d"}, {"type": "divider", "block_id": "d"}),
        f'`block_id` "d" already exists {VIEW}/blocks/1/block_id]',
    ),
    (
        "message",
        [{"type": "actions", "elements": [BUTTON, BUTTON]}],
        '`action_id` "a" already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ),
    (
        "message",
        [{"type": "actions", "elements": [BUTTON] * 26}],
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    ("message", [{"type": "context", "elements": [plain("c")] * 11}], "no more than 10 items allowed"),
    (
        "message",
        [{"type": "header", "text": {"type": "mrkdwn", "text": "h"}}],
        "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
    ),
    ("message", [{"type": "header", "text": plain("h" * 151)}], "must be less than 151 characters"),
    ("message", [{"type": "image", "image_url": "https://x"}], "missing required field: alt_text"),
    ("message", [{**BUTTON, "type": "actions", "elements": [{**BUTTON, "value": "v" * 2001}]}], "less than 2001"),
    ("message", [{"type": "alert", "text": plain("!")}], "unsupported type: alert [json-pointer:/blocks/0/type]"),
    ("home", {"type": "home", "blocks": [table(2, 1)]}, f"unsupported type: data_table {FIRST}/type]"),
    ("modal", modal(chart(type="pie", segments=POINTS)), f"unsupported type: data_visualization {FIRST}/type]"),
    ("home", {"type": "home", "blocks": [], "title": plain("T")}, f"invalid additional property: title {VIEW}]"),
    ("message", [chart(type="pie", segments=[{"label": "East", "value": 0}])], "must be greater than 0"),
    ("message", [chart(type="pie", segments=POINTS * 7)], "no more than 6 items allowed"),
    (
        "message",
        [chart(type="bar", series=[{"name": "Grades", "data": POINTS}])],
        "missing required field: axis_config",
    ),
    (
        "message",
        [chart(type="bar", series=[{"name": "s", "data": POINTS}], axis_config={"categories": ["North"]})],
        "labels must match the categories of axis_config",
    ),
    (
        "message",
        [chart(type="bar", series=[{"name": "s", "data": [{"label": "x" * 21, "value": 1}]}], axis_config=AXIS)],
        "must be less than 21 characters",
    ),
    (
        "message",
        [chart(type="pie", segments=POINTS)] * 3,
        "no more than 2 data_visualization blocks allowed [json-pointer:/blocks]",
    ),
    ("message", [table(1, 1)], "must provide at least 2 items [json-pointer:/blocks/0/rows]"),
    ("message", [table(102, 1)], "no more than 101 items allowed [json-pointer:/blocks/0/rows]"),
    ("message", [table(2, 21)], "must provide between 1 and 20 cells"),
    ("message", [table(2, 1, "x" * 5001)], "cells must hold no more than 10000 characters"),
    ("message", [{"type": "data_table", "rows": table(2, 1)["rows"]}], "missing required field: caption"),
    ("message", [section(text=plain("x" * 2600))] * 4, "msg_blocks_too_long"),
    ("modal", modal(*[section(text=plain("\u00e9" * 3000))] * 50), "view_too_large"),
    ("modal", modal(asks({"type": "conversations_select", "filter": {}})), "must define at least one property"),
    (
        "message",
        [{"type": "image", "alt_text": "a", "slack_file": {"id": "F1", "url": "https://x"}}],
        "must define only one of `id` or `url`",
    ),
    (
        "modal",
        modal(asks({"type": "datepicker", "focus_on_load": True}), asks({"type": "datepicker", "focus_on_load": True})),
        "only one element can set focus_on_load",
    ),
    ("modal", "no view", f"must provide an object {VIEW}]"),
    ("modal", modal("no block"), f"must provide an object {FIRST}]"),
]


@pytest.mark.parametrize(("surface", "given", "sentence"), REFUSED, ids=lambda one: one if isinstance(one, str) else "")
def test_slack_refuses(surface: Surface, given: object, sentence: str) -> None:
    assert any(sentence in found for found in problems(given, surface)), problems(given, surface)


ACCEPTED: list[tuple[Surface, object]] = [
    ("modal", modal(asks({"type": "radio_buttons", "options": options(10), "initial_option": options(1)[0]}))),
    ("modal", modal({"type": "alert", "level": "warning", "text": plain("!")}, asks({"type": "file_input"}))),
    ("home", {"type": "home", "blocks": [section(text=plain("x" * 3000), accessory=BUTTON)]}),
    ("message", [chart(type="pie", segments=POINTS), table(101, 20)]),
    ("message", [chart(type="line", series=[{"name": "Grades", "data": POINTS}], axis_config=AXIS)]),
    ("message", [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}]),
    ("message", []),
    ("modal", [{"type": "divider"}]),
    (
        "message",
        [
            {
                "type": "actions",
                "elements": [
                    {"type": "static_select", "option_groups": [{"label": plain("g"), "options": options(100)}]}
                ],
            }
        ],
    ),
    ("modal", modal(asks({"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}), external_id="e")),
]


def test_an_empty_view_is_refused_as_slack_was_recorded_to_refuse_it() -> None:
    fields = ("title", "blocks", "type")
    assert problems({}, "modal") == [f"missing required field: {name} {VIEW}]" for name in fields]


@pytest.mark.parametrize(("surface", "given"), ACCEPTED)
def test_slack_accepts(surface: Surface, given: object) -> None:
    assert problems(given, surface) == []
