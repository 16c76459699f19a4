"""What Home says is next in an audit, by its stage and for each role."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from audit.chasing.progress import AnsweredShare, Overview
from audit.cycle_facts import MeetingView
from audit.home.every_audit import CaseLine, CycleSection
from audit.home.home import Home
from audit.home.stages import NOTHING_YET, Outcomes
from audit.report.sign_off_status import PARTIES, Awaiting, SignOff, VersionStanding
from audit.report.written_since import NewerThanVersion
from audit.scales import NO_OVERALL
from audit.setup.opening import Opening
from tests.kit import graded, homes, models, reading
from views.cases.summary import DISCUSS, READ
from views.home.home import home

NOW, EAST_AT, NORTH_AT = models.NOW, models.MEETING, models.MEETING + timedelta(days=1)
OPENING = Opening((), 10, 8, ("SEND (East)", "YOT (North)"))
MORE = ["archive.open", "cycle.manage"]


def part(
    state: str = "collecting",
    answered: tuple[int, int] = (9, 6),
    released: str = "",
    judged: str = "",
    *,
    number: int = 2,
    closed: str = "",
) -> CycleSection:
    """Two areas with three cases each, of whose ten returns an area so many are answered; where `closed`, no more."""
    areas = ("East", "North")
    cycle = replace(
        models.cycle(state, number=number), title=f"Audit {number}", areas=areas,
        meetings=(MeetingView(EAST_AT, ("East",)), MeetingView(NORTH_AT, ("North",))),
    )  # fmt: skip
    cases = tuple(
        CaseLine(
            cycle.id, f"{area}{n}", f"{area}{n}", area, {"East": EAST_AT, "North": NORTH_AT}[area],
            released=area in released, judgement="good" if area in judged else None,
        )
        for area in areas
        for n in range(3)
    )  # fmt: skip
    missing = [10 - count if area in closed else 0 for area, count in zip(areas, answered, strict=True)]
    shares = tuple(
        AnsweredShare(area, count, 10, never) for area, count, never in zip(areas, answered, missing, strict=True)
    )
    return CycleSection(cycle, cases, Overview(AnsweredShare("", sum(answered), 20, sum(missing)), shares, ()))


def shown(
    parts: CycleSection | Iterable[CycleSection],
    now: datetime = NOW,
    role: str = "coordinator",
    opening: Opening | None = None,
    after: Outcomes = NOTHING_YET,
) -> tuple[str, list[str], list[str]]:
    """What Home says of audits, the buttons of their rows in order, and those that are to be pressed first."""
    parts = [parts] if isinstance(parts, CycleSection) else parts
    trouble = 0 if role == "coordinator" else None
    made = homes.home((), 0, parts, trouble=trouble, opening=opening, after=after, now=now)
    made = replace(made, chairs=role in {"coordinator", "chair"}, monitors=role in {"coordinator", "member"})
    blocks = _of_audits(made)
    offered = [str(each["action_id"]) for each in reading.buttons(blocks)]
    first = [str(each["action_id"]) for each in reading.buttons(blocks) if each.get("style") == "primary"]
    return reading.everything(blocks), offered, first


def _of_audits(made: Home) -> list[dict[str, object]]:
    blocks: list[dict[str, object]] = home(made)["blocks"]  # type: ignore[assignment]
    board = next(n for n, block in enumerate(blocks) if block["type"] == "divider" or "The board" in str(block))
    return blocks[1:board]


def test_a_planned_audit_says_what_it_lacks_and_offers_that() -> None:
    bare = part("planned")
    lacking = Opening(("no area has a channel and a meeting yet",), 0, 0, ())
    nowhere = replace(bare, cycle=replace(bare.cycle, areas=(), meetings=()), cases=())
    said, offered, first = shown(nowhere, opening=lacking)
    assert "Set it up.* Before it can be opened: no area has a channel and a meeting yet." in said
    assert (offered, first) == (["places.show", *MORE], ["places.show"])
    said, offered, first = shown(replace(bare, cases=()), opening=replace(lacking, missing=("it has no cases",)))
    assert (offered, first) == (["cases.paste", "sample.choose", *MORE], ["cases.paste"])
    both = replace(lacking, missing=(*lacking.missing, "it has no cases"), unbound=True)
    said, offered, _ = shown(nowhere, opening=both)
    assert "no area has a channel and a meeting yet; it has no cases." in said
    assert "No Google Sheet is set, so there won't be one: set it under *Manage this audit*." in said
    assert "No Google Sheet is set" in shown(bare, opening=replace(OPENING, unbound=True))[0]
    late = replace(lacking, missing=("the deadline for returns has passed",))
    assert shown(bare, opening=late)[1:] == (MORE, [])


def test_opening_it_counts_the_agencies_that_have_a_lead() -> None:
    said, offered, first = shown(part("planned"), opening=OPENING)
    assert "Open it.* The leads of 8 of 10 agencies get their requests." in said
    assert "The leads of 8 of 10 agencies get their requests at once." in said, "where it is asked once more, too"
    assert "Nobody leads SEND (East), YOT (North)" in said
    assert (offered, first) == (["cycle.open", *MORE], ["cycle.open"])
    assert "The leads of 1 agency get" in shown(part("planned"), opening=Opening((), 1, 1, ()))[0]
    assert "No agency has a lead yet" in shown(part("planned"), opening=Opening((), 3, 0, ()))[0]
    said, offered, first = shown(part("planned"), role="member", opening=OPENING)
    assert "It isn't open yet." in said
    assert (offered, first) == (["archive.open"], [])


def test_returns_are_chased() -> None:
    said, offered, first = shown(part())
    assert "*Chase the returns.* 15 of 20 returns answered; awaited: 5 (East 1, North 4)." in said
    assert "deadline: Thu 12 Mar, 5 pm (3 working days left)" in said
    assert (offered, first) == (["progress.show", "nudge.choose", *MORE], ["progress.show"])
    said, offered, _ = shown(part(), role="chair")
    assert "Chase" not in said
    assert "3 working days left) · meeting about East: " in said, "the day for which they keep themselves free"
    assert offered == ["progress.show", "archive.open"]
    said, offered, _ = shown(part(answered=(10, 10)))
    assert "No returns to chase.* 20 of 20 returns answered. The summaries are posted Mon 16 Mar, 9 am." in said
    assert "nudge.choose" not in offered


def test_summaries_are_read_once_they_are_out() -> None:
    for role, chasing in (("coordinator", ["progress.show", "nudge.choose"]), ("member", ["progress.show"])):
        said, offered, first = shown(part(released="East"), role=role)
        assert "*Read for the meeting.* The summaries of 3 of 6 cases are out" in said
        assert "Returns awaited: 5 (East 1, North 4)." in said
        assert "meeting about East: Thu 19 Mar, 2:30 pm" in said
        rest = MORE if role == "coordinator" else MORE[:1]
        assert offered == ["agenda.show", *chasing, *rest, *[READ] * 3]
        assert first == ["agenda.show"]


def test_a_meeting_that_has_begun_is_held() -> None:
    said, offered, first = shown(part(released="East North", closed="East"), EAST_AT)
    assert "Hold the meeting: record who came, discuss and ratify.* 3 cases still to be ratified: East." in said
    assert "Returns awaited: 4 in North." in said
    assert "1 return didn't come." in said
    assert "next meeting about North" in said
    assert offered == ["agenda.show", "progress.show", "nudge.choose", *MORE, *[DISCUSS] * 3]
    assert first == ["agenda.show"]
    assert shown(part(released="East North"), EAST_AT, "chair")[1][-3:] == [DISCUSS] * 3
    said, offered, _ = shown(part(released="East North"), EAST_AT, "member")
    assert "The meeting has begun.* 3 cases still to be ratified: East." in said
    assert offered[-3:] == [READ] * 3


def test_what_isnt_released_is_counted_and_not_called_ratified() -> None:
    said, offered, _ = shown(part(released="North"), NORTH_AT, "member")
    assert "6 cases still to be ratified or to be released: East, North." in said
    assert offered.count(READ) == 3
    assert (
        "Every case is ratified" not in shown(part("meeting", released="North", judged="North"), NORTH_AT, "chair")[0]
    )


def test_an_audit_that_is_graded_by_section_has_no_grades_for_whole_cases() -> None:
    ratified = part("meeting", released="East North", judged="East North")
    cases = tuple(replace(case, judgement=NO_OVERALL) for case in ratified.cases)
    sectioned = replace(ratified, cases=cases, cycle=replace(ratified.cycle, tool=graded.SECTIONED))
    said = shown(sectioned, NORTH_AT)[0]
    assert "6 cases, 6 ratified: graded by section (see *Figures*)" in said
    assert "Outstanding 0" not in said
    optional = replace(sectioned.cycle, tool=graded.OPTIONAL)
    some = replace(sectioned, cases=(replace(cases[0], judgement="good"), *cases[1:]), cycle=optional)
    assert (
        "Good 1 · Requires improvement 0 · Inadequate 0 · Not graded 0 · Graded by section 5"
        in shown(some, NORTH_AT)[0]
    )


def test_once_all_is_ratified_the_meetings_are_closed() -> None:
    ratified = part("meeting", released="East North", judged="East North")
    said, offered, first = shown(ratified, NORTH_AT)
    assert "*Close the meetings.* Every case is ratified, and the last meeting has begun." in said
    assert (offered[:3], first) == (["cycle.steps", "recommendations.show", "report.show"], ["cycle.steps"])
    assert "cycle.steps" not in shown(ratified, NORTH_AT, "member")[1]
    assert "*Recommend.* Every case is ratified" in shown(ratified, NORTH_AT, "member")[0]
    recommended = shown(ratified, NORTH_AT, "member", after=Outcomes(2, 0, 3))[0]
    assert "Recommend." not in recommended
    assert "the last meeting has begun. 2 recommendations, 0 of 3 actions closed." in recommended
    assert "Close the meetings" not in shown(part(released="East", judged="East"), EAST_AT)[0], "there is one to come"


RECOMMENDED, MADE = ["recommendations.show", "report.show"], "2 recommendations, 0 of 3 actions closed."
SENDING = "*Send the report to the sub-group, then mark the audit as reported.* Version 1 of the report is made."
SENT = "*Mark the audit as reported.* Version 1 of the report is sent to the sub-group."
NEWER = "*Make a new version of the report.* 1 recommendation is newer than version 1 of the report."
OWED = "*Follow up the actions.* 2 recommendations, 1 of 3 actions closed, 1 overdue, 1 done but not verified."
RENAMED = "The audit's title is newer than version 1 of the report."
CLOSING = "*Close the audit.* No action is left to do: 3 of 3 actions closed."


REPORT_FIRST = ["report.show", RECOMMENDED[0]]
ALL_SIGNED = "Sign-offs of version 1: Approved: all have signed, and it can be issued."


def signing(*unsigned: str) -> Outcomes:
    """Version 1 is asked to be signed, and these haven't yet."""
    signed = tuple(SignOff(each, "Director", NOW.date()) for each in PARTIES.values() if each not in unsigned)
    standing = VersionStanding("draft" if unsigned else "approved", signed, unsigned)
    asked = Awaiting("c", "r", 2, "Audit 2", 1, standing, ("Police",) if unsigned else (), frozenset())
    return Outcomes(2, 1, 3, awaiting=asked)


CHANGING = "*See what must change: Report, then Sign-offs.*"
WAITING = "Sign-offs of version 1: 3 of 4 have signed. Awaited: Police. Changes are asked for: Police."


@pytest.mark.parametrize(
    ("state", "after", "said", "row"),
    [
        ("ratified", NOTHING_YET, "*Recommend.* No recommendation or action yet.", RECOMMENDED),
        ("ratified", Outcomes(2, 0, 3), f"*Make the report.* No report has been made yet. {MADE}", RECOMMENDED[::-1]),
        ("ratified", Outcomes(2, 1, 3), f"{SENDING} {MADE}", ["report.show", "cycle.steps", "recommendations.show"]),
        (
            "ratified",
            Outcomes(0, 1, 3),
            f"{SENDING} {MADE.replace('2', '0', 1)}",
            ["report.show", "cycle.steps", "recommendations.show"],
        ),
        ("ratified", Outcomes(2, 1, 3, sent=1), f"{SENT} {MADE}", ["cycle.steps", *RECOMMENDED[::-1]]),
        (
            "ratified",
            Outcomes(2, 1, 3, since=NewerThanVersion(1), sent=1),
            f"{NEWER} {MADE}",
            ["report.show", "cycle.steps", RECOMMENDED[0]],
        ),
        (
            "ratified",
            signing("Police"),
            f"{CHANGING} Version 1 of the report is made. {WAITING} {MADE}",
            [REPORT_FIRST[0], "cycle.steps", RECOMMENDED[0]],
        ),
        (
            "ratified",
            signing(),
            f"*Issue the report.* Version 1 of the report is made. {ALL_SIGNED} {MADE}",
            [REPORT_FIRST[0], "cycle.steps", RECOMMENDED[0]],
        ),
        ("reported", signing("Police"), f"{CHANGING} {WAITING} {MADE}", REPORT_FIRST),
        ("reported", signing(), f"*Issue the report.* {ALL_SIGNED} {MADE}", REPORT_FIRST),
        (
            "reported",
            replace(signing(), since=NewerThanVersion(described=("title",))),
            f"*Make a new version of the report.* {RENAMED} {ALL_SIGNED} {MADE}",
            REPORT_FIRST,
        ),
        ("reported", Outcomes(2, 1, 3, 1, 1, 1), OWED, RECOMMENDED),
        (
            "reported",
            Outcomes(2, 1, 3, 1, 1, 1, since=NewerThanVersion(2, 1, ("title",)), issued=True),
            f"{OWED} {RENAMED}",
            RECOMMENDED,
        ),
        ("reported", Outcomes(2, 1, 3, 3), CLOSING, ["cycle.steps", *RECOMMENDED]),
    ],
)
def test_what_comes_of_it_is_followed_up(state: str, after: Outcomes, said: str, row: list[str]) -> None:
    ratified = part(state, released="East North", judged="East North")
    told, offered, first = shown(ratified, NORTH_AT, after=after)
    assert said in told
    assert "6 cases, 6 ratified: Outstanding 0 · Good 6" in told
    assert (offered, first) == ([*row, *MORE], row[:1])
    others = shown(ratified, NORTH_AT, "chair", after=after)[1]
    assert others == [*RECOMMENDED, "archive.open"]


def test_three_audits_that_wait_for_returns_are_ten_lines() -> None:
    said, offered, _ = shown([part(number=n) for n in (5, 4, 3)])
    blocks = _of_audits(homes.home((), 0, [part(number=n) for n in (5, 4, 3)], trouble=0))
    rows = sum(block["type"] == "actions" for block in blocks)
    lines = sum(len(text.splitlines()) for text in reading.marked_up(blocks))
    assert (rows, lines) == (3, 6)
    assert offered == ["progress.show", "nudge.choose", *MORE] * 3
    assert said.count("Chase the returns") == 3


def test_no_case_stands_on_home_before_its_moment() -> None:
    for state in ("planned", "collecting"):
        assert {READ, DISCUSS, "case.judge"} & set(shown(part(state), opening=OPENING)[1]) == set()
