from dataclasses import replace

import pytest

from audit.cases.judgements import JudgementView
from audit.cycle.board import tally
from audit.meeting.agenda import Agenda, Agendas, AreaAgenda, ordered
from audit.meeting.attendance import AttendanceView
from audit.report.meeting_pack import Pack
from audit.scales import INSPECTION, NOT_GRADED, Scale
from sandbox.slack.checks import problems
from tests.kit import models, reading
from views.cases.summary import DISCUSS, READ
from views.documents import markdown
from views.meeting.agenda import PACK, PAGE, SHOW, posted, reasons, view, view_at
from views.meeting.attendance import EDIT
from views.parts import View
from views.report.meeting_pack import document
from views.returns.calendar_file import ASK

JUDGED = models.judgement("emoji", NOT_GRADED, "insufficient_information")


def attendance(agencies: int = 100) -> tuple[AttendanceView, ...]:
    return tuple(
        AttendanceView(f"agency{n}", models.label(f"{n}", 75), (True, False, None)[n % 3], models.label("W", 150))
        for n in range(agencies)
    )


def agenda(count: int, number: int = 0, judged: JudgementView | None = None, scale: Scale = INSPECTION) -> Agenda:
    lines = models.ten_lines() + tuple(models.line(n, None) for n in range(10, 40))
    if scale is not INSPECTION:
        lines = tuple(
            models.line(n, models.answers(grade=grade.key)) for n, grade in enumerate((*scale.grades, scale.lowest))
        )
    found = [
        replace(models.case(lines, judged, number=n, area=models.label("00", 75)), released_at=models.NOW, scale=scale)
        for n in range(number * 1000, number * 1000 + count)
    ]
    return Agenda(
        meeting_id=f"meeting{number:025}",
        cycle_id="c" * 32,
        cycle_number=2,
        title=models.label("T", 100),
        period="1 April to 30 June 2026",
        areas=(models.label("00", 75), models.label("01", 75)),
        starts_at=models.MEETING,
        chair=models.label("P", 80),
        attendance=attendance(),
        items=ordered(found, dict.fromkeys((case.reference for case in found), 12)),
        scale=scale,
        now=models.NOW,
    )


def of_area(found: Agenda, later: int = 0) -> AreaAgenda:
    cycle = replace(models.cycle(areas=1, agencies=40), scale=found.scale)
    counted = tally(cycle, [item.case for item in found.items])
    area = models.label("00", 75)
    references = tuple(models.label(f"L{n}", 40) for n in range(later))
    return AreaAgenda(replace(found, areas=(area,)), references, counted.self_by_area[area])


MAY = dict.fromkeys(("coordinates", "records", "packs", "dates"), True)


def whole(view_of: Agendas) -> list[View]:
    views, page = [view(view_of)], 0
    while any(each["action_id"] == PAGE and each["value"] == str(page + 1) for each in reading.buttons(views[-1])):
        page += 1
        views.append(view(view_of, page))
    return views


@pytest.mark.parametrize("judged", [None, JUDGED], ids=["open", "ratified"])
def test_every_meeting_and_case_is_there_page_by_page(judged: JudgementView | None) -> None:
    agendas = tuple(agenda(40, n, judged) for n in range(3))
    found = Agendas("c" * 32, 2, models.label("T", 100), agendas, models.NOW, **MAY)
    views = whole(found)
    assert len(views) > 1
    pressed: list[object] = []
    for modal in views:
        assert problems(modal, "modal") == []
        assert models.CANARY not in reading.everything(modal)
        assert not [text for text in reading.marked_up(modal) if "<!" in text]
        assert modal["private_metadata"] == found.cycle_id
        pressed += [each["value"] for each in reading.buttons(modal) if each["action_id"] == DISCUSS]
    assert pressed == [item.case.id for each in agendas for item in each.items]
    assert agendas[2].meeting_id in reading.everything(view_at(found, agendas[2].meeting_id))
    assert view_at(found, "none") == view(found)


def test_forty_meetings_without_cases_fit_too() -> None:
    agendas = tuple(replace(agenda(0, n), attendance=()) for n in range(40))
    found = Agendas("c" * 32, 2, "Audit", agendas, models.NOW, **dict.fromkeys(MAY, False))
    assert [problems(modal, "modal") for modal in whole(found)] == [[]] * len(whole(found))
    assert "This audit has no meeting yet" in reading.everything(view(replace(found, agendas=())))


@pytest.mark.parametrize(
    ("may", "offered"),
    [
        (MAY, {EDIT, PACK, ASK, DISCUSS}),
        (MAY | {"records": False}, {PACK, ASK, DISCUSS}),
        (MAY | {"records": False, "packs": False}, {ASK, DISCUSS}),
        (MAY | {"records": False, "packs": False, "dates": False}, {DISCUSS}),
    ],
)
def test_what_is_offered_is_what_can_be_done(may: dict[str, bool], offered: set[str]) -> None:
    held = replace(agenda(1), now=models.MEETING)
    found = Agendas("c" * 32, 2, "Audit", (held,), models.NOW, **may)
    assert {each["action_id"] for each in reading.buttons(view(found))} == offered
    early = reading.buttons(view(replace(found, agendas=(agenda(1),))))
    assert {each["action_id"] for each in early} == offered - {EDIT}, "not so long before the meeting"
    assert SHOW not in offered


@pytest.mark.parametrize("scale", [INSPECTION, models.RUDE_SCALE], ids=["inspection", "rude"])
@pytest.mark.parametrize("judged", [None, JUDGED], ids=["open", "ratified"])
@pytest.mark.parametrize("count", [1, 8, 150])
def test_the_message_fits_whatever_the_number_of_cases(count: int, judged: JudgementView | None, scale: Scale) -> None:
    content = posted(of_area(agenda(count, judged=judged, scale=scale), later=count))
    for blocks in (content.blocks, content.plain or []):
        assert problems(blocks, "message") == []
        told = content.text + reading.everything(blocks)
        assert models.CANARY not in told
        assert not [text for text in [*reading.marked_up(blocks), content.text] if "<!" in text or "<@" in text]
        read = [each for each in reading.buttons(blocks) if each["action_id"] == READ]
        assert len(read) == count or f"and {count - len(read)} more: press *Meetings*." in told


def test_the_message_says_how_far_the_meeting_is() -> None:
    before = reading.everything(posted(of_area(agenda(3), later=1)).blocks)
    assert "0 of 4 cases ratified" in before
    assert "Their summaries aren't posted yet" in before
    assert "Came: 34 of 67 agencies" in before
    after = posted(of_area(agenda(3, judged=JUDGED)))
    assert "✅ Final: 3 of 3 cases ratified" in reading.everything(after.blocks)
    assert "Ratified: Not graded (Insufficient information)" in reading.everything(after.blocks)
    assert "3 of 3 cases ratified." in after.text
    assert any(block["type"] == "data_visualization" for block in after.blocks)
    assert any(block["type"] == "image" for block in after.plain or [])


def test_reasons_in_words() -> None:
    given = {"YOT": "outstanding", "Police": "inadequate"}
    lines = [replace(models.line(1, models.answers(grade=grade)), agency=name) for name, grade in given.items()]
    lines.append(replace(models.line(3, None), agency="SEND"))
    item = ordered([models.case(lines)], {models.case().reference: 1})[0]
    assert reasons(item) == [
        "Open immediate action",
        "Inadequate by Police",
        "Outstanding to Inadequate: 3 grades apart",
        "No return yet from SEND",
    ]
    poor = [replace(models.line(n, models.answers(grade="inadequate")), agency=f"A{n}") for n in range(12)]
    many = ordered([models.case(poor)], {models.case().reference: 2})[0]
    assert reasons(many) == [
        "2 open immediate actions",
        "Inadequate by A0, A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11",
    ]
    assert reasons(many, most=8)[1] == "Inadequate by A0, A1, A2, A3, A4, A5, A6, A7 and 4 more (press Read)"
    assert reasons(ordered([models.case(poor[:0])], {})[0]) == []


def test_a_pack_says_that_nobody_came_only_if_that_was_recorded() -> None:
    found = agenda(1)
    cases, graded = (models.case(models.ten_lines()),), {area: of_area(found).self_grades for area in found.areas}
    words = {
        (None, None): "Who came isn't recorded yet.",
        (False, False): "Agencies there: none.",
        (True, False): "Agencies there: A0.",
    }
    for came, said in words.items():
        there = tuple(AttendanceView(f"agency{n}", f"A{n}", present, "") for n, present in enumerate(came))
        assert said in markdown(document(Pack(replace(found, attendance=there), cases, graded)))
