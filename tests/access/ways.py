"""The table of who gets in: every handler, used on records of every sort, by every role."""

from dataclasses import dataclass
from itertools import count

from handlers.payloads import UNASKED
from tests.access import actions, changes, findings, judging, meetings, reports, setup
from tests.access.making import CHAIRING, OVERSEERS, OWN, Making, pressed, turned, within
from tests.kit.forging import Payload, click, command, home_opened, modal, submission

OTHER_TEAM = "T0OTHER"
ROLES = {
    "coordinator": "U0COORDIN",
    "chair": "U0CHAIR",
    "sub_group_member": "U0SUBGROUP",
    "lead": "U0EDUEAST",
    "lead_of_another_area": "U0EDUNORTH",
    "lead_of_another_agency": "U0POLICE",
    "lead_not_involved": "U0YOT",
    "deputy": "U0EDUDEPUTY",
    "auditor": "U0AUDITOR",
    "signatory": "U0SUPERINT",
    "ended": "U0ENDED",
    "deactivated": "U0GONE",
    "unregistered": "U0OUTSIDER",
    "elsewhere": "U0EDUEAST",
}
"""What somebody is -> their user id. Seen from Education's returns in East; "elsewhere": that id, another workspace."""
REGISTERED = set(ROLES) - {"deactivated", "unregistered", "elsewhere"}
ANSWERING = {*OWN, "lead_of_another_area", "lead_of_another_agency", "lead_not_involved"}


@dataclass(frozen=True)
class Way:
    """A handler, used on one record: who gets in, and what a denial is recorded as."""

    about: str
    allowed: set[str]
    verb: str
    payload: Making


GOOD = {"grade": "good", "why": "The plan was followed."}
_views = count()


def sent(verb: str, **answers: str) -> Making:
    def payload(who: str, team: str, record: str) -> Payload:
        found = submission(who, verb, record, answers or GOOD, team=team)
        found["view"]["id"] = f"V0{next(_views)}"
        return found

    return payload


def closed(who: str, team: str, _: str) -> Payload:
    """A notice was closed: that brings Home up to date."""
    return submission(who, "home.refresh", "", {}, team=team) | {"type": "view_closed"}


def typed(verb: str) -> Making:
    """Something in the return's form, filled in."""

    def payload(who: str, team: str, record: str) -> Payload:
        form = modal("return.submit", record, GOOD, f"V0{next(_views)}")
        return click(who, verb, record, team=team, view=form)

    return payload


def chosen(form: str) -> Making:
    """A choice in a form that others follow from."""
    return lambda who, team, record: click(who, "answer", record, team=team, view=modal(form, record, GOOD))


def ticked(verb: str) -> Making:
    """The second step of "which of these are known?", the record ticked."""

    def payload(who: str, team: str, record: str) -> Payload:
        found = submission(who, verb, "every", {}, team=team)
        ticks = {"type": "checkboxes", "selected_options": [{"value": record}]}
        found["view"]["id"] = f"V0{next(_views)}"
        found["view"]["state"]["values"] = {f"nil_{'0' * 12}_0": {"answer": ticks}}
        return found

    return payload


SUMMARY = {
    "released": OVERSEERS | OWN | {"lead_of_another_agency"},
    "not released": OVERSEERS,
    "released elsewhere": OVERSEERS | {"lead_of_another_area"},
}
RETURN = {"own": OWN, "of the police": {"lead_of_another_agency"}, "elsewhere": {"lead_of_another_area"}}
WITH_COORDINATORS = {about: who | {"coordinator"} for about, who in RETURN.items()}
PAST = OVERSEERS | OWN | {"lead_of_another_area", "lead_of_another_agency"}
FORM = {about: who | {"coordinator"} for about, who in RETURN.items()} | {"handed": OWN | {"coordinator", "auditor"}}
"""A coordinator may enter a return for an agency; an auditor writes the one that was handed to them."""
WAYS: dict[str, list[Way]] = {
    "return.open": [Way(about, who, "return.answer", pressed("return.open")) for about, who in FORM.items()],
    "return.submit": [Way(about, who, "return.answer", sent("return.submit")) for about, who in FORM.items()],
    "return.next": [Way("handed", FORM["handed"], "return.answer", sent("return.next"))],
    "return.back": [Way("handed", FORM["handed"], "return.answer", typed("return.back"))],
    "answer": [
        Way("handed", FORM["handed"], "return.answer", typed("answer")),
        Way("to be ratified", CHAIRING, "case.ratify", chosen("case.ratify")),
        Way("as read", CHAIRING, "grade.moderate", chosen("grade.moderated")),
        Way("not there yet", {"coordinator"}, "cycle.plan", chosen("cycle.plan")),
    ],
    "draft.save": [Way(about, who, "return.answer", typed("draft.save")) for about, who in FORM.items()],
    "draft.take": [Way("a draft", OWN, "return.answer", pressed("draft.take"))],
    "draft.discard": [Way("a draft", OWN, "return.answer", within("draft.discard"))],
    "handover.choose": [Way(about, who, "return.answer", pressed("handover.choose")) for about, who in RETURN.items()],
    "handover.give": [Way("handed", OWN, "return.answer", sent("handover.give", person="U0AUDITOR"))],
    "handover.ready": [Way("handed", FORM["handed"], "return.answer", sent("handover.ready"))],
    "handover.end": [Way("a handover", OWN, "return.answer", pressed("handover.end"))],
    "return.nil": [Way(about, who, "return.answer", turned("return.nil")) for about, who in RETURN.items()],
    "returns.known": [Way("waiting", REGISTERED, "enter", pressed("returns.known"))],
    "returns.split": [Way("waiting", REGISTERED, "enter", sent("returns.split"))],
    "returns.nil": [Way(about, who, "return.answer", ticked("returns.nil")) for about, who in RETURN.items()],
    "decline.ask": [Way(about, who, "return.answer", pressed("decline.ask")) for about, who in RETURN.items()],
    "decline.send": [Way(about, who, "return.answer", sent("decline.send")) for about, who in RETURN.items()],
    "decline.decide": [Way("waiting", {"coordinator"}, "decline.read", pressed("decline.decide"))],
    "decline.settle": [Way("waiting", {"coordinator"}, "decline.settle", sent("decline.settle"))],
    "nil.enter": [Way("own", {"coordinator"}, "nil.enter", pressed("nil.enter"))],
    "nil.entered": [Way("own", {"coordinator"}, "nil.enter", sent("nil.entered"))],
    "return.withdraw": [
        Way(about, who, "return.answer", pressed("return.withdraw")) for about, who in WITH_COORDINATORS.items()
    ],
    "return.takeback": [
        Way(about, who, "return.answer", sent("return.takeback")) for about, who in WITH_COORDINATORS.items()
    ],
    "history.show": [
        Way(about, who, "history.read", pressed("history.show")) for about, who in WITH_COORDINATORS.items()
    ],
    "history.turn": [
        Way(about, who, "history.read", turned("history.turn")) for about, who in WITH_COORDINATORS.items()
    ],
    "history.back": [
        Way(about, who, "history.read", within("history.back")) for about, who in WITH_COORDINATORS.items()
    ],
    "history.read": [Way("version", OWN | {"coordinator"}, "history.read", within("history.read"))],
    "history.page": [Way("version", OWN | {"coordinator"}, "history.read", turned("history.page"))],
    "calendar.ask": [Way("collecting", OVERSEERS | ANSWERING, "calendar.ask", pressed("calendar.ask"))],
    "progress.show": [Way("collecting", OVERSEERS, "progress.read", pressed("progress.show"))],
    "progress.page": [Way("collecting", OVERSEERS, "progress.read", turned("progress.page"))],
    "figures.show": [Way("collecting", OVERSEERS, "figures.read", pressed("figures.show"))],
    "figures.page": [Way("collecting", OVERSEERS, "figures.read", turned("figures.page"))],
    "answered.show": [Way("collecting", OVERSEERS, "answered.read", pressed("answered.show"))],
    "answered.page": [Way("collecting", OVERSEERS, "answered.read", turned("answered.page"))],
    "matrix.show": [Way("collecting", OVERSEERS, "matrix.read", pressed("matrix.show"))],
    "matrix.page": [Way("collecting", OVERSEERS, "matrix.read", turned("matrix.page"))],
    "summary.read": [Way(about, who, "summary.read", pressed("summary.read")) for about, who in SUMMARY.items()],
    "summary.page": [Way(about, who, "summary.read", turned("summary.page")) for about, who in SUMMARY.items()],
    "case.judge": [Way("released", CHAIRING, "case.ratify", pressed("case.judge"))],
    "case.ratify": [Way("to be ratified", CHAIRING, "case.ratify", sent("case.ratify"))],
    "cycle.open": [Way("planned", {"coordinator"}, "cycle.open", pressed("cycle.open"))],
    "snooze.choose": [Way("collecting", ANSWERING, "snooze.choose", pressed("snooze.choose"))],
    "snooze.rest": [Way("collecting", ANSWERING, "snooze.choose", sent("snooze.rest"))],
    "cover.choose": [Way("of the lead", {"lead", "coordinator"}, "cover.choose", pressed("cover.choose"))],
    "cover.arrange": [Way("of the lead", {"lead", "coordinator"}, "cover.choose", sent("cover.arrange"))],
    "cover.end": [Way("standing", {"lead", "coordinator"}, "cover.end", pressed("cover.end"))],
    "nudge.choose": [Way("collecting", {"coordinator"}, "nudge.choose", pressed("nudge.choose"))],
    "nudge.send": [Way("collecting", {"coordinator"}, "nudge.choose", sent("nudge.send"))],
    "returns.mine": [Way("collecting", REGISTERED, "enter", pressed("returns.mine"))],
    # Slack tells these, nobody does them: tests/delivery/test_moves.py, tests/people/test_departures.py
    **{kind: [] for kind in UNASKED},
    "sheet.draw": [Way("collecting", {"coordinator"}, "sheet.draw", pressed("sheet.draw"))],
    "sheet.show": [Way("collecting", {"coordinator"}, "sheet.read", pressed("sheet.show"))],
    "drift.read": [Way("collecting", {"coordinator"}, "drift.read", pressed("drift.read"))],
    "drift.page": [Way("collecting", {"coordinator"}, "drift.read", turned("drift.page"))],
    "immediate.show": [Way("raised", {"coordinator"}, "immediate.read", pressed("immediate.show"))],
    "immediate.close": [Way("raised", {"coordinator"}, "immediate.read", pressed("immediate.close"))],
    "immediate.acknowledge": [
        Way("as read", {"coordinator"}, "immediate.acknowledge", sent("immediate.acknowledge", dealing="Duty manager"))
    ],
    "immediate.closed": [Way("as read", {"coordinator"}, "immediate.close", sent("immediate.closed", done="Visited."))],
    "deliveries.show": [
        Way(about, {"coordinator"}, "deliveries.read", pressed("deliveries.show")) for about in ("collecting", "all")
    ],
    "deliveries.page": [Way("collecting", {"coordinator"}, "deliveries.read", turned("deliveries.page"))],
    "delivery.again": [Way("set aside", {"coordinator"}, "delivery.again", pressed("delivery.again"))],
    "delivery.again_all": [Way("collecting", {"coordinator"}, "delivery.again", pressed("delivery.again_all"))],
    "channels.show": [Way("collecting", {"coordinator"}, "channels.read", pressed("channels.show"))],
    "channels.check": [Way("collecting", {"coordinator"}, "channels.change", within("channels.check"))],
    "channel.allow": [Way("collecting", {"coordinator"}, "channels.change", within("channel.allow"))],
    "channel.forbid": [Way("collecting", {"coordinator"}, "channels.change", within("channel.forbid"))],
    "archive.show": [Way("everything", REGISTERED, "enter", pressed("archive.show"))],
    "archive.page": [Way("everything", REGISTERED, "enter", turned("archive.page"))],
    "archive.open": [Way("with released cases", PAST, "archive.read", pressed("archive.open"))],
    "app_home_opened": [Way("", REGISTERED, "enter", lambda who, team, _: home_opened(who, team=team))],
    "help.show": [Way("", REGISTERED, "enter", pressed("help.show"))],
    "home.refresh": [Way("", REGISTERED, "enter", closed)],
    "/audit": [
        Way("", REGISTERED, "enter", lambda who, team, _: command(who, team=team)),
        Way("help", REGISTERED, "enter", lambda who, team, _: command(who, "help", team=team)),
        Way("sheet", {"coordinator"}, "sheet.read", lambda who, team, _: command(who, "sheet", team=team)),
    ],
}
"""Handler -> ways of using it. Whoever isn't registered is denied as "enter"."""
WAYS |= {
    verb: [Way(about, {"coordinator"}, recorded, payload)]
    for verb, (about, recorded, payload) in (setup.FORMS | changes.FORMS).items()
}
_ALLOWING = meetings.FORMS | judging.FORMS | findings.FORMS | reports.FORMS
WAYS |= {
    verb: [Way(about, allowed, recorded, payload)] for verb, (about, allowed, recorded, payload) in _ALLOWING.items()
}
WAYS |= {verb: [Way(*each) for each in ways] for verb, ways in actions.FORMS.items()}
