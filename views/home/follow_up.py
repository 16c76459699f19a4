"""The work after the meetings: recommendations, the report and its sign-off, and following up the actions."""

from dataclasses import replace

from audit.home.stages import AuditStage, Outcomes
from audit.report.written_since import NewerThanVersion
from views.actions import recommendations
from views.parts import count_of
from views.report import issue, sign_off
from views.report.sign_off import newer_than
from views.underway import steps

Offered = tuple[str, str]
"""A button's label and verb."""
RECOMMENDATIONS: Offered = ("Recommendations", recommendations.SHOW)
REPORT: Offered = ("Report", issue.SHOW)
_ANEW = "*Make a new version of the report.* "
_SEE = f"*See what must change: {REPORT[0]}, then {sign_off.TITLE}.* "


def step(standing: AuditStage) -> Offered:
    """The button for the audit's next step."""
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
    """The next task after the audit's meetings: recommendations first, then the report, then the actions."""
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


def _issuing(after: Outcomes, *, coordinates: bool) -> str:
    """What keeps a reported audit's newest version from being issued, with the coordinator's task first."""
    if newer := _newer(after.since, after):
        return f"{_ANEW if coordinates else ''}{newer} "
    todo = "*Issue the report.* " if _approved(after) else _SEE if _changing(after) else ""
    return todo if coordinates else ""


def _newer(since: NewerThanVersion, after: Outcomes) -> str:
    """What was written since the newest version of the report; "" if nothing was."""
    return f"{newer_than(since)} version {after.reports} of the report." if since.total else ""


def _reporting(after: Outcomes, *, coordinates: bool) -> str:
    """The state of the newest version of the report, with the coordinator's next task first."""
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


def _approved(after: Outcomes) -> bool:
    """Whether everybody has signed the newest version, so that it can be issued."""
    return after.awaiting is not None and not after.awaiting.standing.awaited


def _changing(after: Outcomes) -> bool:
    """Whether a signatory asked for changes to the newest version, and nothing new is written yet."""
    return after.awaiting is not None and bool(after.awaiting.changes) and not after.since.total


def _to_issue(standing: AuditStage) -> bool:
    """Whether a version is still to be issued: all have signed it, or its audit is already reported."""
    after = standing.after
    return _approved(after) or (after.awaiting is not None and standing.part.cycle.state == "reported")


def signing(after: Outcomes) -> str:
    """The state of the newest version's sign-offs; "" if they weren't asked for."""
    if after.awaiting is None:
        return f" Version {after.reports} is issued." if after.issued else ""
    asks = f" Changes are asked for: {', '.join(after.awaiting.changes)}." if after.awaiting.changes else ""
    return f" Sign-offs of version {after.awaiting.version}: {sign_off.summary(after.awaiting.standing)}{asks}"


def made(after: Outcomes) -> str:
    """The number of recommendations, and the state of the actions."""
    return f"{count_of(after.recommendations, 'recommendation')}, {_acts(after)}"


def _acts(after: Outcomes) -> str:
    """How many actions are closed, overdue, or done but not verified."""
    if not after.actions:
        return "no actions"
    counts = [f"{after.closed} of {count_of(after.actions, 'action')} closed"]
    counts += [f"{after.overdue} overdue"] if after.overdue else []
    counts += [f"{after.done} done but not verified"] if after.done else []
    return ", ".join(counts)


def _finished(standing: AuditStage) -> bool:
    return standing.part.cycle.state == "reported" and standing.after.closed == standing.after.actions
