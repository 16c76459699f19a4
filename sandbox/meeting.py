"""What coordinators and the sub-group do at a meeting and after it, all by way of Home and the views it opens.

The answers come from the cycle file. Choices that a form doesn't offer (agencies or themes of another audit) are left
out.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from sandbox import hands
from sandbox.cyclefile import Action, Finding, Part, Recommendation
from sandbox.dates import WEEKEND
from sandbox.slack.person import Person
from sandbox.slack.shapes import Obj, obj, objs, text

EVERYTHING: Final = "archive.open"
AGENDA: Final = "agenda.show"
DISCUSS: Final = "case.discuss"
RECOMMENDATIONS: Final = "recommendations.show"
POSITIONS: Final = "case.positions"
AGREES, DISSENTS, SILENT = "agrees", "dissents", "silent"
EXCEPTION: Final = "exception"
NOBODY: Final = "(Invented) No agency has answered, and the meeting can't be held again."
FEW: Final = "(Invented) Too few came, and the meeting can't be held again."
_LISTED: Final = re.compile(r"\*\d+\. (\S+)\*(.*)")
"""A case on the agenda: its reference, and the rest of the line, which says whether it is ratified."""


def open_meetings(who: Person) -> None:
    """Open the meetings, from Home."""
    _open(who, AGENDA)


def _open(who: Person, action: str) -> None:
    """Press a button of Home, or of the view about the whole audit that Home opens."""
    hands.begin(who)
    if not hands.places(who, action) and hands.places(who, EVERYTHING):
        hands.press(who, EVERYTHING)
    if not hands.places(who, action):
        hands.close(who)
    hands.press(who, action)


def agenda(who: Person) -> dict[str, bool]:
    """The cases of all meetings in their order: reference -> whether it is ratified."""
    open_meetings(who)
    ratified = {}
    for view in hands.pages(who):
        for block in objs(view.content["blocks"]):
            listed = _LISTED.match(text(obj(block.get("text")).get("text")))
            if listed:
                ratified[listed[1]] = "Ratified" in listed[2]
    hands.close(who)
    return ratified


def unattended(who: Person) -> list[str]:
    """The meetings without a record of who came, as `attend` takes them."""
    open_meetings(who)
    meetings = hands.places(who, "attendance.edit", "Record who came")
    hands.close(who)
    return meetings


def attend(who: Person, meeting: str, absent: Iterable[str] = ()) -> None:
    """Record that every agency but the `absent` ones came."""
    open_meetings(who)
    hands.press(who, "attendance.edit", meeting)
    given: dict[str, object] = {"chair": _chair(who), "who": ""}
    for field in hands.asked(who):
        offered = hands.choices(who, field)
        if field.startswith("present"):
            given[field] = [value for agency, value in offered.items() if agency not in absent]
    hands.send(who, given)
    hands.close(who)


def _chair(who: Person) -> str | None:
    offered = hands.choices(who, "chair")
    return next((value for label, value in offered.items() if "chair" in label.lower()), None)


def discuss(who: Person, case: str) -> None:
    """Open the discussion of a case: from Home, or from the agenda if the case isn't on Home."""
    hands.begin(who)
    if hands.places(who, DISCUSS, f': {case}"'):
        hands.press(who, DISCUSS, f': {case}"')
    else:
        open_meetings(who)
        hands.press(who, DISCUSS, f" {case}*")


def moderate(who: Person, case: str, agency: str, given: Mapping[str, object]) -> None:
    """Moderate an agency's self-grade."""
    discuss(who, case)
    hands.press(who, "grade.moderate", agency)
    hands.send(who, given)
    hands.close(who)


def judge(
    who: Person, part: Part, today: date, findings: Sequence[Finding] = (), dissent: Mapping[str, str] | None = None,
    *, invent: bool = False,
) -> None:  # fmt: skip
    """Add a case's findings, unless it has some, and ratify it.

    Agencies that were present agree, except for those in `dissent` (agency -> reason); absent ones are silent. Agencies
    without a record of attendance agree. Without a quorum (no return, or too few agencies present) the reason for
    ratifying all the same is given. `invent`: as in hands.send, for example for the sections of a board's own audit
    tool.
    """
    discuss(who, part.case)
    _find(who, findings)
    hands.press(who, "case.judge")
    due = {name: _due(today, said) for name, said in part.answers.items() if isinstance(said, dict)}
    given = {**part.answers, **due, **_positions(who, dissent or {})}
    try:
        hands.send(who, given, invent=invent)
    except hands.Refused:
        if EXCEPTION not in hands.asked(who):
            raise
        hands.send(who, {**given, EXCEPTION: FEW}, invent=invent)
    hands.close(who)


def _positions(who: Person, dissent: Mapping[str, str]) -> dict[str, object]:
    if hands.places(who, POSITIONS):
        if not dissent:
            return {}  # the form takes them from the attendance
        hands.press(who, POSITIONS)
    agencies = hands.choices(who, DISSENTS)
    if not agencies:
        return {EXCEPTION: NOBODY}
    against = [agencies[agency] for agency in dissent if agency in agencies]
    silent = [each for each in _chosen(who, SILENT) if each not in against]
    absent = hands.choices(who, AGREES)  # those present agree without being entered
    agreeing = {AGREES: [each for each in absent.values() if each not in {*against, *silent}]} if absent else {}
    why = {"dissent": " ".join(dissent.values())} if against else {}
    return {**agreeing, DISSENTS: against, SILENT: silent, **why}


def _chosen(who: Person, field: str) -> list[str]:
    """The initially selected values of a multi-select."""
    element = obj(hands.asked(who)[field].get("element"))
    return [text(one.get("value")) for one in objs(element.get("initial_options"))]


def find(who: Person, case: str, findings: Sequence[Finding]) -> None:
    """Add a case's findings, unless it has some."""
    discuss(who, case)
    _find(who, findings)
    hands.close(who)


def _find(who: Person, findings: Sequence[Finding]) -> None:
    if hands.places(who, "finding.edit"):
        return
    for finding in findings:
        hands.press(who, "finding.new")
        hands.send(who, _finding(who, finding))


def _finding(who: Person, finding: Finding) -> Obj:
    agencies, themes = hands.choices(who, "agency"), hands.choices(who, "theme")
    return {
        "kind": finding.kind,
        "text": finding.text,
        "agency": agencies.get(finding.agency) or next(iter(agencies.values()), None),
        "theme": themes.get(finding.theme) or next(iter(themes.values()), None),
    }


def take_step(who: Person) -> None:
    """Move the cycle to its next state."""
    _open(who, "cycle.steps")
    hands.press(who, "cycle.step")
    hands.close(who)


def recommended(who: Person) -> int | None:
    """The number of recommendations; None if it is too early to make any."""
    _open_recommendations(who)
    early = not hands.places(who, "recommendation.new")
    count = len(hands.places(who, "recommendation.edit"))
    hands.close(who)
    return None if early else count


def _open_recommendations(who: Person) -> None:
    _open(who, RECOMMENDATIONS)


def recommend(who: Person, recommendation: Recommendation, today: date) -> None:
    """Make a recommendation, and its actions."""
    _open_recommendations(who)
    hands.press(who, "recommendation.new")
    themes, agencies = hands.choices(who, "themes"), hands.choices(who, "agencies")
    given = {
        "text": recommendation.text,
        "themes": [themes[each] for each in recommendation.themes if each in themes],
        "agencies": [agencies[each] for each in recommendation.agencies if each in agencies],
    }
    hands.send(who, given)
    hands.close(who)
    for action in recommendation.actions:
        _open_recommendations(who)
        hands.press(who, "action.new", hands.places(who, "action.new")[-1])  # the newest is last
        hands.send(who, _action(who, action, today))
        hands.close(who)


def _action(who: Person, action: Action, today: date) -> Obj:
    agencies = hands.choices(who, "agency")
    return {
        "what": action.what,
        "agency": agencies.get(action.agency) or next(iter(agencies.values()), None),
        "owner": action.owner,
        "due": _due(today, action.due),
    }


def _due(day: date, given: Obj) -> str:
    """The ISO date `in_working_days` weekdays after `day`; bank holidays aren't known here and count as weekdays."""
    count = given["in_working_days"]
    assert isinstance(count, int)  # noqa: S101  # the file is ours
    while count:
        day += timedelta(days=1)
        count -= day.weekday() not in WEEKEND
    return day.isoformat()


def open_report(who: Person) -> None:
    """Open the list of the report's versions, from Home."""
    _open(who, "report.show")
