"""What is to be done once the meetings are closed: recommend, have the report made and signed, see to the actions."""

from dataclasses import replace

from audit.home.stages import Afterwards, AuditStage
from audit.report.written_since import Since
from views.actions import recommendations
from views.parts import count_of
from views.report import issue, sign_off
from views.report.sign_off import newer_than
from views.underway import steps

Offered = tuple[str, str]
"""A button: what it says, and what it asks for."""
RECOMMENDATIONS: Offered = ("Recommendations", recommendations.SHOW)
REPORT: Offered = ("Report", issue.SHOW)
_ANEW = "*Make a new version of the report.* "
_SEE = f"*See what must change: {REPORT[0]}, then {sign_off.TITLE}.* "


def step(standing: AuditStage) -> Offered:
    """The audit's next step."""
    return steps.label(standing.part.cycle.state), steps.SHOW


def offered(standing: AuditStage) -> list[Offered]:
    """A coordinator's buttons, the one to press now first."""
    after, row = standing.after, [RECOMMENDATIONS, REPORT]
    if _finished(standing):
        row = [step(standing), RECOMMENDATIONS, REPORT]
    elif standing.part.cycle.state == "ratified" and (after.recommendations or after.reports):
        stepping = [step(standing)] if after.reports else []
        sent = after.reports == after.sent and not after.since.total
        row = [*stepping, REPORT, RECOMMENDATIONS] if sent else [REPORT, *stepping, RECOMMENDATIONS]
    return [REPORT, *(each for each in row if each != REPORT)] if _to_issue(standing) else row


def sentence(standing: AuditStage, *, coordinates: bool, monitors: bool) -> str:
    """What follows from the audit's meetings: the recommendations first, then the report, then the actions."""
    after, state = standing.after, standing.part.cycle.state
    acts, so_far = _acts(after), made(after)
    if state == "ratified" and not after.recommendations and not (coordinates and after.reports):
        none = f"No recommendation has been made yet, {acts}" if after.actions else "No recommendation or action yet"
        return f"{'*Recommend.* ' if monitors else ''}{none}."
    if state == "ratified" and not after.reports:
        return f"{'*Make the report.* ' if coordinates else ''}No report has been made yet. {so_far}."
    if state == "ratified":
        return f"{_reporting(after, coordinates=coordinates)}{signing(after)} {so_far}."
    if _to_issue(standing):
        return f"{_issuing(after, coordinates=coordinates)}{signing(after).strip()} {so_far}."
    described = _newer(replace(after.since, recommendations=0, texts=0), after) if coordinates else ""
    if _finished(standing):
        left = f"No action is left to do{f': {acts}' if after.actions else ''}."
        return f"{'*Close the audit.* ' if coordinates else ''}{left} {described}".strip()
    return f"{'*Follow up the actions.* ' if monitors else ''}{so_far}. {described}".strip()


def _issuing(after: Afterwards, *, coordinates: bool) -> str:
    """What keeps the newest version of a reported audit's report from being issued, and what to do about it."""
    if newer := _newer(after.since, after):
        return f"{_ANEW if coordinates else ''}{newer} "
    todo = "*Issue the report.* " if _approved(after) else _SEE if _changing(after) else ""
    return todo if coordinates else ""


def _newer(since: Since, after: Afterwards) -> str:
    """What is newer than the newest version of the report; "" if nothing is."""
    return f"{newer_than(since)} version {after.reports} of the report." if since.total else ""


def _reporting(after: Afterwards, *, coordinates: bool) -> str:
    """How the newest version of the report stands, and what to do with it next."""
    version = f"version {after.reports} of the report"
    if _approved(after) and not after.since.total:
        todo, how = "*Issue the report.* ", f"V{version[1:]} is made"
    elif _changing(after):
        todo, how = _SEE, f"V{version[1:]} is made"
    elif after.since.total:
        todo, how = _ANEW, f"{newer_than(after.since)} {version}"
    elif after.sent < after.reports:
        todo, how = "*Send the report to the sub-group, then mark the audit as reported.* ", f"V{version[1:]} is made"
    else:
        todo, how = "*Mark the audit as reported.* ", f"V{version[1:]} is sent to the sub-group"
    return f"{todo if coordinates else ''}{how}."


def _approved(after: Afterwards) -> bool:
    """Whether all have signed the newest version, which can be issued then."""
    return after.awaiting is not None and not after.awaiting.standing.awaited


def _changing(after: Afterwards) -> bool:
    """Whether the newest version is asked to be changed, and nothing is written yet that another would have."""
    return after.awaiting is not None and bool(after.awaiting.changes) and not after.since.total


def _to_issue(standing: AuditStage) -> bool:
    """Whether a report is to be issued still: of an audit that is reported already, or that all have signed."""
    after = standing.after
    return _approved(after) or (after.awaiting is not None and standing.part.cycle.state == "reported")


def signing(after: Afterwards) -> str:
    """How far the sign-offs of the newest version are, if they were asked for."""
    if after.awaiting is None:
        return f" Version {after.reports} is issued." if after.issued else ""
    asks = f" Changes are asked for: {', '.join(after.awaiting.changes)}." if after.awaiting.changes else ""
    return f" Sign-offs of version {after.awaiting.version}: {sign_off.summary(after.awaiting.standing)}{asks}"


def made(after: Afterwards) -> str:
    """How many recommendations there are, and how the actions stand."""
    return f"{count_of(after.recommendations, 'recommendation')}, {_acts(after)}"


def _acts(after: Afterwards) -> str:
    """How many actions are closed, overdue, or done and not verified."""
    if not after.actions:
        return "no actions"
    told = [f"{after.closed} of {count_of(after.actions, 'action')} closed"]
    told += [f"{after.overdue} overdue"] if after.overdue else []
    told += [f"{after.done} done but not verified"] if after.done else []
    return ", ".join(told)


def _finished(standing: AuditStage) -> bool:
    return standing.part.cycle.state == "reported" and standing.after.closed == standing.after.actions
