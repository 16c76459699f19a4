"""Views for a Slack that takes none of the newest blocks."""

from views.parts import Block, alert, modal, section, text_input
from views.plainer import plainer


def test_an_alert_and_a_chart_become_sections_and_all_else_stays() -> None:
    chart: Block = {"type": "data_visualization", "title": "Grades", "chart": {}}
    asked = text_input("why", "Why?", "", limit=100)
    view = modal("Title", [alert("Two <returns> are missing."), chart, asked, section("_As it stands._")])
    plain = plainer(view)
    assert plain is not None
    shown = plain["blocks"]
    assert {each["type"] for each in shown} == {"section", "input"}  # type: ignore[attr-defined]
    texts = [each["text"]["text"] for each in shown if each["type"] == "section"]  # type: ignore[attr-defined]
    assert texts == [
        "⚠️ *Please note*",
        "Two <returns> are missing.",
        "Grades",
        "_As it stands._",
    ]
    assert asked in shown  # type: ignore[operator]
    assert {key: plain[key] for key in plain if key != "blocks"} == {key: view[key] for key in view if key != "blocks"}


def test_a_view_of_nothing_but_plain_blocks_has_no_plainer_one() -> None:
    assert plainer(modal("Title", [section("x")])) is None
