from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from audit.chasing.progress import AnsweredShare
from audit.home.menu import Managed, ManagedMeeting
from audit.people.agencies import AgencyLine
from audit.setup.description import Description
from audit.setup.opening import Checklist, Opening
from audit.underway.cancel import Cancelled, Cancelling
from audit.underway.change import Follows
from audit.underway.dates import DeadlineMove, MeetingMove
from audit.underway.description_change import DescriptionChange, OlderVersion
from audit.underway.involvements import CaseChange, CaseRow, CaseRows
from audit.underway.leads import LeadRole, Replacing
from audit.underway.new_case import NewCase, PlaceLine
from sandbox.slack.checks import problems
from tests.kit import models, reading
from views.home import menu as menu_view
from views.parts import View
from views.setup.opening import STATES
from views.underway import cancel, dates, description_change, involvements, leads, new_case

PEOPLE = tuple(models.label(f"{number:03}", 80) for number in range(200))
EVERYTHING = Follows(
    asked=PEOPLE, told=PEOPLE, unled=tuple((models.label(name, 75), models.label(name, 75)) for name in PEOPLE),
    summaries=tuple(models.label(f"{number:03}", 40) for number in range(300)), board=True, sheet=True,
)  # fmt: skip
AGENCIES = tuple(
    AgencyLine(f"agency{number:026}", models.label(f"{number:03}", 75), f"{number}") for number in range(100)
)
NAMES = tuple(models.label(f"{number:02}", 75) for number in range(40))
PLACES = tuple(PlaceLine(f"place{number:027}", name, models.MEETING) for number, name in enumerate(NAMES))
ALL = frozenset(each.id for each in AGENCIES)
WHY = models.worst("escaped", 3000)
TITLE, REFERENCE = models.label("T", 100), models.label("R", 40)
DEADLINE = DeadlineMove("c" * 32, TITLE, models.NOW, date(2026, 3, 12), models.MEETING, 150)
MEETING = MeetingMove("m" * 32, "c" * 32, TITLE, models.NOW, date(2026, 3, 12), NAMES, NAMES, models.MEETING)
CASE = CaseChange("a" * 32, "c" * 32, TITLE, REFERENCE, NAMES[0], False, AGENCIES, ALL, False, ALL)  # noqa: FBT003  # as found
LEADS = tuple(
    LeadRole(f"role{n:028}", models.label(f"{n}", 75), models.label(f"{n}", 75), PEOPLE[0]) for n in range(150)
)
SHOWN: dict[str, Any] = {"follows": EVERYTHING, "mark": "a" * 12, "again": True}


def every_view() -> Iterator[tuple[str, View]]:
    """Each form before anything was chosen, with everything that could follow, and the word that it is done."""
    later = models.MEETING + timedelta(days=400)
    yield "deadline", dates.moving_deadline(DEADLINE)
    move = replace(DEADLINE, after=date(2027, 3, 12), **SHOWN)
    yield from [("deadline seen", dates.moving_deadline(move)), ("deadline moved", dates.deadline_moved(move))]
    yield "meeting", dates.moving_meeting(MEETING)
    met = replace(MEETING, after=later, summaries_at=later, unposted=150, **SHOWN)
    yield from [("meeting seen", dates.moving_meeting(met)), ("meeting moved", dates.meeting_moved(met))]
    new = NewCase("c" * 32, TITLE, PLACES, AGENCIES)
    yield "case new", new_case.adding(new)
    new = replace(new, reference=REFERENCE, place_id=PLACES[0].id, chosen=ALL, **SHOWN)
    yield from [("case new seen", new_case.adding(new)), ("case added", new_case.added(new))]
    yield "case", involvements.changing(CASE)
    labels = tuple(each.label for each in AGENCIES)
    case = replace(
        CASE, withdrawing=True, restoring=True, added=labels, dropped=labels, kept=labels, immediate=9, **SHOWN
    )
    yield from [("case seen", involvements.changing(case)), ("case changed", involvements.changed(case))]
    rows = tuple(
        CaseRow(f"case{n:028}", REFERENCE, NAMES[0], 100, 50, ratified=n % 3 == 0, withdrawn=n % 3 == 1)
        for n in range(300)
    )
    for page in (0, 2, 99):
        yield f"cases {page}", involvements.view(CaseRows("c" * 32, TITLE, rows), page)
    yield from [("no leads", leads.replacing(Replacing("c" * 32, TITLE, ()))), *_leads()]
    described = DescriptionChange("c" * 32, 9999, _described("label"), mark="b" * 12)
    yield "description", description_change.changing(described)
    described = replace(described, after=_described("escaped"), older=OlderVersion(99, asked=True), **SHOWN)
    yield "description seen", description_change.changing(described)
    yield "description changed", description_change.changed(described)
    cancelling = Cancelling("c" * 32, 2, TITLE, planned=False, answered=75, asked=1500, immediate=9)
    yield "cancel", cancel.cancelling(cancelling)
    cancelling = replace(cancelling, why=WHY, **SHOWN)
    yield from [
        ("cancel seen", cancel.cancelling(cancelling)),
        ("cancel done", cancel.confirmation(cancelling)),
    ]
    yield from _menus()


def _described(kind: str) -> Description:
    """As long as each text may be; `kind`: of models.worst, or labels."""
    limits = {"title": 100, "theme": 100, "origin": 1000, "period": 100, "key_holder": 200}
    texts = {
        field: models.label(field, limit) if kind == "label" else models.worst(kind, limit)
        for field, limit in limits.items()
    }
    return Description.model_construct(None, **texts)


def _leads() -> Iterator[tuple[str, View]]:
    replacing = Replacing("c" * 32, TITLE, LEADS)
    yield "lead", leads.replacing(replacing)
    replacing = replace(
        replacing, lead=LEADS[-1], user_id="U0NEW", successor=PEOPLE[1], new=True, covered=PEOPLE[2],
        cycles=tuple(range(1, 20)), **SHOWN,
    )  # fmt: skip
    yield from [("lead seen", leads.replacing(replacing)), ("lead replaced", leads.replaced(replacing))]


def _menus() -> Iterator[tuple[str, View]]:
    meetings = tuple(ManagedMeeting(f"meeting{n:025}", models.MEETING, NAMES) for n in range(60))
    clauses = tuple(models.worst("escaped", 800) for _ in range(60))
    checklist = Checklist(Opening(clauses, 3, 2, clauses), clauses)
    gone = Cancelled(2, TITLE, models.NOW, PEOPLE[0], WHY)
    for state in STATES:
        yield (
            f"menu {state}",
            menu_view.menu(
                Managed(
                    models.cycle(state=state), models.NOW, AnsweredShare("", 3, 150), meetings,
                    checklist if state == "planned" else None, gone if state == "cancelled" else None,
                )
            ),
        )  # fmt: skip


@pytest.mark.parametrize(("name", "view"), [pytest.param(name, view, id=name) for name, view in every_view()])
def test_every_view_of_a_change_fits(name: str, view: View) -> None:
    assert problems(view, "modal") == [], name
    assert not [text for text in reading.marked_up(view) if "<!" in text]


def test_messages_of_what_is_over_fit_and_say_no_more_than_that() -> None:
    gone = Cancelled(2, TITLE, models.NOW, PEOPLE[0], f"{models.CANARY} {WHY}")
    contents = [cancel.cancelled_message(gone, to_person=to_person) for to_person in (True, False)]
    contents.append(involvements.withdrawn(replace(models.case(models.ten_lines()), withdrawn=True)))
    for content in contents:
        assert problems(content.blocks, "message") == []
        said = content.text + reading.everything({"blocks": content.blocks})
        assert models.CANARY not in said
        assert "Good" not in said


def test_a_preview_names_who_is_sent_what() -> None:
    follows = Follows(asked=("Police lead",), told=("YOT lead", "CSC lead"), unled=(("Probation", "East"),))
    words = reading.everything(
        dates.moving_deadline(replace(DEADLINE, after=date(2026, 3, 16), follows=follows, mark="a" * 12))
    )
    assert "Nothing has changed yet" in words
    assert "1 person gets a request, as a new message:* Police lead" in words
    assert "2 people's requests changed in place, without a new message:* YOT lead, CSC lead" in words
    assert "Nobody leads, so nobody is asked:* Probation (East)" in words
    assert "The deadline becomes Mon 16 Mar, 5 pm (5 working days left)" in words
    assert "150 returns marked late before: the mark stays" in words
    assert "sheet" not in words


def test_a_lead_chosen_among_many_stays_chosen() -> None:
    view = leads.replacing(Replacing("c" * 32, TITLE, LEADS, lead=LEADS[-1], user_id="U0NEW", mark="a" * 12))
    menu = reading.element(reading.inputs(view)[f"lead__{'a' * 12}"])
    assert menu["initial_option"]["value"] == LEADS[-1].role_id  # type: ignore[index]
    assert len(menu["options"]) == 100  # type: ignore[arg-type]
