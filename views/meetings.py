"""The judgement that the meeting ratifies: its form, and the word that it is ratified."""

from audit.cases import CaseView
from audit.judgements import JudgementView
from audit.meetings import ASSURANCES
from audit.tools import LINE_LIMIT
from views.grades import grade_words, grading
from views.parts import (
    Block,
    View,
    alert,
    context,
    datepicker,
    divider,
    done,
    escape,
    modal,
    paragraphs,
    section,
    text_input,
)
from views.words import stamp

JUDGE = "case.judge"
RATIFY = "case.ratify"

LOCKS = "Ratifying locks this case's returns: the agencies can't change them after that."
_SHORT = {"owner", "monitor"}


def judging(case: CaseView, notice: str | None = None) -> View:
    """The form: what the agencies gave themselves, then what the meeting ratifies."""
    now = case.judgement
    blocks = [alert(notice)] if notice else []
    blocks += paragraphs([f"*Case {escape(case.reference)}* · {escape(case.area)}", escape(case.cycle_title)])
    blocks += paragraphs(["*Self-grades*", *_self_grades(case)])
    blocks += [_ratified_before(case, now)] if now else []
    blocks += [alert(LOCKS), section("*Do not write names or anything else that tells who somebody is.*")]
    blocks += grading(
        case.scale,
        "The judgement that the meeting ratifies",
        grade=now.grade if now else None,
        reason=now.not_graded_reason if now else None,
        why=now.why if now else "",
    )
    lowest = case.scale.lowest.label
    blocks += [divider(), section(f"*Only if you ratify {escape(lowest)}: all of these are needed.*")]
    blocks += [_assurance(field, f"{lowest} only: {label}", now) for field, label in ASSURANCES.items()]
    return modal("Ratify the judgement", blocks, record_id=case.id, verb=RATIFY, submit="Ratify")


def _self_grades(case: CaseView) -> list[str]:
    lines = [
        f"{escape(line.agency)}: {escape(grade_words(case.scale, line.result, line.reason))}" for line in case.lines
    ]
    return lines or ["No agency is involved."]


def _ratified_before(case: CaseView, judgement: JudgementView) -> Block:
    grade = escape(grade_words(case.scale, judgement.grade, judgement.not_graded_reason))
    moment = stamp(judgement.ratified_at, case.meeting_at)
    by = escape(judgement.ratified_by)
    return context(f"Ratified already: *{grade}*, by {by}, {moment}. Ratifying again replaces it; both are recorded.")


def _assurance(field: str, label: str, judgement: JudgementView | None) -> Block:
    text = judgement.assurances.get(field, "") if judgement else ""
    if field == "by":
        return datepicker(field, label, text)
    if field in _SHORT:
        return text_input(field, label, text, limit=LINE_LIMIT, multiline=False)
    return text_input(field, label, text)


def ratified(case: CaseView) -> View:
    """The word that the judgement stands."""
    judgement = case.judgement
    if judgement is None:
        return modal("Not ratified", [section("This case has no ratified judgement yet.")])
    grade = escape(grade_words(case.scale, judgement.grade, judgement.not_graded_reason))
    moment = stamp(judgement.ratified_at, judgement.ratified_at)
    lines = [
        f"✅ *Case {escape(case.reference)} is ratified: {grade}.*",
        f"By {escape(judgement.ratified_by)}, {moment}.",
        "Its returns are locked. The summary, the tally and the sheet follow by themselves.",
    ]
    return done("Judgement ratified", lines)
