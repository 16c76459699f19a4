"""Case summaries: headlines for the audit channel, and the full text, page by page, for entitled readers."""

from datetime import datetime

from audit import question_names
from audit.cases.moderated_grades import ModerationView
from audit.cases.summary import CaseView, Line
from audit.labels import within
from audit.returns.answers import SOURCES
from audit.scales import AWAITING
from views.cases import graded_sections, grid
from views.cases.judgements import TITLE, final, judged, outside, positions, settled_words, text_units, written
from views.cases.moderation import before_meeting
from views.findings import findings
from views.pages import Unit, pages
from views.parts import (
    MESSAGE_CHARACTERS,
    Block,
    Content,
    View,
    actions,
    button,
    context,
    count_of,
    divider,
    escape,
    fitted,
    header,
    modal,
    paragraphs,
    section,
)
from views.returns.grades import AWAITED, DIDNT_COME
from views.words import beside, meeting_noted, meeting_on, stamp

READ = "summary.read"
DISCUSS = "case.discuss"
"""The button that opens a case's discussion (value: the case's id)."""
PAGE = "summary.page"
_GRID, _DIFFERING, _WHOLE = 1_500, 1_500, 20_000
"""The most characters about graded sections: a message's grid, a message's lines, and a modal's grid."""


def headlines(case: CaseView, now: datetime) -> Content:
    """What the audit channel sees of a case: grades and gaps, no text that anybody wrote."""
    answered = len(case.lines) - len(case.unanswered)
    progress = f"{answered} of {count_of(len(case.lines), 'agency', 'agencies')} answered"
    top = [beside(escape(case.cycle_name), case.area), f"Meeting: {meeting_noted(case.meeting_at, now)}"]
    blocks = [header(f"Case {case.reference}"), *paragraphs(top)]
    blocks += paragraphs(_judgement(case, now))
    reading = button("Read the summary", READ, case.id, about=case.reference)
    graded = [*grid.blocks(case, _GRID), *paragraphs(graded_sections.differing(case, _DIFFERING))]
    blocks += [*paragraphs(_agencies(case, now, sum(len(str(block)) for block in graded))), *graded]
    blocks += [*paragraphs(_figures(case, progress)), actions("reading", reading)]
    what = "one judgement for the case" if case.tool.asks_overall else "each section for the case"
    blocks.append(context(f"Agencies grade their own involvement. The meeting ratifies {what}."))
    ratified = f" Ratified: {judged(case, case.judgement)}." if case.judgement else ""
    again = " Re-opened." if case.reopened_at else ""
    return Content(f"Case summary {escape(within(case.reference, case.area))}: {progress}.{ratified}{again}", blocks)


def _judgement(case: CaseView, now: datetime) -> list[str]:
    """The ratified judgement, the agencies' positions and the number of findings: no text that anybody wrote."""
    if case.judgement is None:
        again = f"⚠️ *Re-opened {stamp(case.reopened_at or now, now)}*: not final until it is ratified again."
        return [again] if case.reopened_at else []
    positions_text = positions(case.judgement)
    lines = [f"✅ *Ratified judgement: {judged(case, case.judgement)}* · {final(case.judgement, now)}"]
    lines += [f"Agencies: {positions_text}"] if positions_text else []
    lines += [f"⚠️ {how}" for how in outside(case.judgement)]
    return [*lines, f"Findings: {finding_counts(case)}"] if case.findings else lines


def _agencies(case: CaseView, now: datetime, taken: int) -> list[str]:
    """A line for each agency, as many as fit a message; `taken`: the characters used by the graded sections."""
    lines: list[str] = []
    room = MESSAGE_CHARACTERS - 3000 - taken
    for line in case.lines:
        text = f"*{escape(line.agency)}*: {line_state(case, line, now)}"
        room -= len(text)
        if room < 0:
            return [*lines, f"and {len(case.lines) - len(lines)} more: read the summary."]
        lines.append(text)
    return lines


def line_state(case: CaseView, line: Line, now: datetime) -> str:
    """An agency's grade with its marks, or that it is awaited or overdue: mrkdwn."""
    if line.result == AWAITING:
        return "⚠️ Overdue" if now > case.due_at else "⏳ Awaited"
    changed = "changed after release" if line.version > 1 else "sent after release"
    entered = ("entered by a coordinator", line.source is not None)
    marks = [mark for mark, is_so in (("late", line.late), (changed, line.after_release), entered) if is_so]
    marks += ["changed since it was moderated"] if line.changed_since and line.answers else []
    return " · ".join([escape(settled_words(case.scale, line)), *marks])


def _spread(case: CaseView) -> str:
    """The spread of the case's self-grades or, if it has none, the widest disagreement about a section."""
    if case.spread is None and case.tool.graded:
        return f"*Widest disagreement:* {graded_sections.widest(case)}"
    if case.spread is None:
        return "*Spread of self-grades:* nobody has graded yet"
    best, worst = (escape(case.scale.grade(key).label) for key in case.spread)
    return f"*Spread of self-grades:* {f'all {best}' if best == worst else f'from {best} to {worst}'}"


def _figures(case: CaseView, progress: str) -> list[str]:
    lines = [_spread(case)]
    missing = fitted(", ".join(line.agency for line in case.unanswered), 500)
    standing = DIDNT_COME if any(line.closed for line in case.unanswered) else AWAITED
    lines.append(f"*Returns:* {progress}{f'; {standing.lower()}: {missing}' if missing else ''}")
    strengths, concerns = (graded_sections.answering(case, group) for group in ("strength", "concern"))
    if any(part.group in {"strength", "concern"} for part in case.tool.sections):
        lines.append(f"*Written about:* strengths by {strengths}, concerns by {concerns}")
    return lines


def full(case: CaseView, now: datetime, page: int = 0) -> View:
    """A page of the full summary, agency by agency."""
    current = pages(_units(case, now)).nearest(page)
    top = f"{beside(f'*Case {escape(case.reference)}*', case.area, case.cycle_name)}{current.where}"
    return modal("Case summary", [section(top), *current.blocks, *current.turning(PAGE)], record_id=case.id)


def _units(case: CaseView, now: datetime) -> list[Unit]:
    units = _judgement_units(case, now)
    units.append(("", paragraphs([f"Meeting: {meeting_on(case.meeting_at, now)}", *_figures(case, _progress(case))])))
    units += _section_units(case)
    units += _finding_units(case)
    for line in case.lines:
        units += _line_units(case, line, now)
    return units


def _section_units(case: CaseView) -> list[Unit]:
    """Each graded section, with the agencies grouped by their grades."""
    units = [("Graded sections", [section(graded_sections.section_text(case, each))]) for each in case.tool.graded]
    return [("", [divider(), header("Graded sections"), *grid.blocks(case, _WHOLE)]), *units] if units else []


def _finding_units(case: CaseView) -> list[Unit]:
    """The meeting's findings: strengths, then concerns, then learning."""
    if not case.findings:
        return []
    ordered = sorted(case.findings, key=lambda each: list(findings.KINDS).index(each.kind))
    first = [divider(), header("Findings"), section(f"The meeting found: {finding_counts(case)}")]
    return [("", first), *(("Findings", findings.lines(each)) for each in ordered)]


def finding_counts(case: CaseView) -> str:
    """The number of findings of each kind."""
    kinds = [each.kind for each in case.findings]
    words = {"strength": "strength", "concern": "concern", "learning": "learning point"}
    return ", ".join(count_of(kinds.count(kind), name) for kind, name in words.items())


def _progress(case: CaseView) -> str:
    return f"{len(case.lines) - len(case.unanswered)} of {count_of(len(case.lines), 'agency', 'agencies')} answered"


def _judgement_units(case: CaseView, now: datetime) -> list[Unit]:
    if case.judgement is None:
        again = paragraphs(_judgement(case, now))
        return [("", again)] if again else []
    return [("", [header(TITLE)]), *text_units(case, case.judgement, now)]


def _line_units(case: CaseView, line: Line, now: datetime) -> list[Unit]:
    first = [divider(), header(line.agency), section(f"*{line_state(case, line, now)}*")]
    if line.submitted_at is not None:
        by = escape(line.submitted_by or "somebody")
        first.append(context(f"Sent by {by}, {stamp(line.submitted_at, now)} · version {line.version}"))
    first += [context(text) for text in _came_about(line)]
    if line.answers is None:
        return [("", first)]
    answers = line.answers
    first += [*paragraphs(graded_sections.of_line(case, line)), *_moderated(case, line, now)]
    asked = case.asked(line).answered(answers.sections)
    written_in = [part for part in asked if part.scale is None and not part.implied]
    names = question_names.names(case.asked(line).sections)
    texts = [(names[part.key], part.shown(answers.sections.get(part.key, ""))) for part in written_in]
    texts += [("Why", answers.why)] if answers.why or case.tool.needs_overall else []
    texts += [("Learning themes", ", ".join(case.tagged(line)))] if answers.themes else []
    texts += [("Why it was changed after release", answers.change_reason)] if answers.change_reason else []
    return [("", first), *((line.agency, written(label, text)) for label, text in texts)]


def _moderated(case: CaseView, line: Line, now: datetime) -> list[Block]:
    """Why the meeting moderated an agency's overall grade and its grades of sections."""
    blocks = moderated("", line.moderated, now) if line.moderated else []
    for each, moderation in graded_sections.moderations(case, line):
        blocks += moderated(graded_sections.label(case, each), moderation, now)
    return blocks


def moderated(of: str, moderation: ModerationView, now: datetime) -> list[Block]:
    """Who moderated a grade, and why. `of`: the section's name (mrkdwn), or "" for the overall grade."""
    about = f"{of}: moderated" if of else "Moderated"
    by = f"{about} by {escape(moderation.by)}, {stamp(moderation.at, now)}"
    return [context(by), *written("Why it was moderated", moderation.reason), *before_meeting(moderation)]


def _came_about(line: Line) -> list[str]:
    """Who wrote or gave a return that its own lead didn't send: mrkdwn lines; empty if the lead sent it."""
    lines = []
    if line.source is not None:
        how = SOURCES.get(line.source, line.source)
        lines.append(f"Entered by a coordinator. {escape(how)}, given by: {escape(line.given_by or 'not said')}")
    if line.answers is not None and line.answers.written_by:
        lines.append(f"Written by {escape(line.answers.written_by)}, signed off by {escape(line.submitted_by or '')}")
    return lines
