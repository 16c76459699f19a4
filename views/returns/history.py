"""Every version of a return."""

from datetime import datetime

from audit.returns.answers import SOURCES
from audit.returns.found_return import Party
from audit.returns.history import AnsweredText, FullText, History, VersionResult, VersionStep
from audit.scales import Scale
from views.pages import Unit, pages
from views.parts import Block, View, actions, button, context, escape, fitted, modal, paragraphs, section, verbatim
from views.returns.grades import grade_words
from views.words import beside, stamp

SHOW = "history.show"
"""The button that shows a return's history (value: the return's id)."""
TURN = "history.turn"
READ = "history.read"
PAGE = "history.page"
BACK = "history.back"

_TITLE = "History of a return"
_STATES = {"submitted": "Sent", "nil": "Nil return", "declined": "Declined", "requested": "Taken back"}


def showing(return_id: str, reference: str) -> Block:
    """The button that shows a return's history."""
    return button("History", SHOW, return_id, about=reference)


def view(history: History, page: int = 0) -> View:
    """A page of the versions, newest first."""
    current = pages(_step(step, history.scale, history.now) for step in history.steps).nearest(page)
    top = [section(f"{_about(history.party)}\n{escape(history.cycle_name)}{current.where}")]
    nothing = [] if history.steps else [section("Nothing has been sent yet.")]
    blocks = [*top, *nothing, *current.blocks, *current.turning(TURN)]
    return modal(_TITLE, blocks, record_id=history.return_id)


def _step(step: VersionStep, scale: Scale, now: datetime) -> Unit:
    lines = [f"*Version {step.number}* · {_STATES.get(step.state, step.state)}", _turned(step, scale)]
    if step.changed:
        lines.append(f"Changed: {fitted(', '.join(step.changed), 800)}")
    elif step.state == "submitted" and step.before.result not in {"awaiting", "nil", "declined"}:
        lines.append("No text was changed.")
    reading = button("Read it", READ, step.version_id, about=f"version {step.number}") if step.written else None
    return "", [section("\n".join(lines), reading), context(_made(step, now))]


def _turned(step: VersionStep, scale: Scale) -> str:
    before, after = _words(step.before, scale), _words(step.after, scale)
    return f"Still {after}" if before == after else f"From {before} to *{after}*"


def _words(standing: VersionResult, scale: Scale) -> str:
    return escape(grade_words(scale, standing.result, standing.reason))


def _made(step: VersionStep, now: datetime) -> str:
    """A version's author, time and source, and its marks: mrkdwn."""
    parts = [f"By {escape(step.by)}, {stamp(step.at, now)}"]
    if step.source is not None:
        from_whom = f", from {escape(step.given_by)}" if step.given_by else ""
        how = SOURCES.get(step.source, step.source).lower()
        parts.append(f"entered by a coordinator, received {escape(how)}{from_whom}")
    parts += ["late"] if step.late else []
    parts += ["after release"] if step.after_release else []
    return " · ".join(parts)


def full(text: FullText, page: int = 0) -> View:
    """A page of a version in full."""
    current = pages(unit for each in text.texts for unit in _text(each)).nearest(page)
    step = text.step
    top = paragraphs([
        f"{_about(text.party)}{current.where}",
        f"*Version {step.number}* · {_STATES.get(step.state, step.state)}",
        _turned(step, text.scale),
    ])  # fmt: skip
    back = actions("back", button("Back to all versions", BACK, text.return_id))
    blocks = [*top, context(_made(step, text.now)), back, *current.blocks, *current.turning(PAGE)]
    return modal(_TITLE, blocks, record_id=step.version_id)


def _text(text: AnsweredText) -> list[Unit]:
    """One answer, in as many units as it needs."""
    mark = " (changed)" if text.changed else ""
    label = f"*{escape(text.label)}*{mark}"
    if not text.text.strip():
        return [("", [section(f"{label}\n_Nothing written._")])]
    first, *rest = verbatim(text.text)
    return [("", [section(label), first]), *((text.label, [piece]) for piece in rest)]


def _about(party: Party) -> str:
    return beside(f"*Case {escape(party.reference)}*", party.area, party.agency)
