"""The judgement that the meeting ratifies: its form, and the word that it is ratified."""

from collections.abc import Mapping

from audit.cases import CaseView
from audit.judgements import JudgementView
from audit.meetings import Discussion, Judging
from audit.moments import EXCEPTION, at
from audit.positions import FIELDS
from audit.tools import LINE_LIMIT
from audit.verdicts import ASSURANCES, BY, DISSENT
from views.grades import grading, settled_words
from views.judgements import judged, outside, positions
from views.parts import (
    Block,
    View,
    alert,
    context,
    count_of,
    datepicker,
    divider,
    done,
    escape,
    modal,
    multi_select,
    paragraphs,
    section,
    shorten,
    text_input,
)
from views.previews import previewed
from views.proposals import proposal
from views.words import stamp

JUDGE = "case.judge"
RATIFY = "case.ratify"

LOCKS = "Ratifying locks this case's returns: the agencies can't change them after that."
_SHORT = {"owner", "monitor"}
_ASKED = {
    "agrees": ("Agree", ""),
    "dissents": ("Disagree", ""),
    "silent": ("Silent", "Not there, or said nothing. That is recorded."),
}
"""Where agencies are chosen: field -> label and hint."""


def judging(form: Judging) -> View:
    """The form: what the agencies gave themselves, then what the meeting ratifies, and who agrees."""
    about, verdict = form.about, form.verdict
    case, now = about.case, about.case.judgement
    blocks = [alert(form.notice)] if form.notice else []
    blocks += paragraphs([f"*Case {escape(case.reference)}* · {escape(case.area)}", escape(case.cycle_title)])
    blocks += paragraphs(["*Self-grades*", *_self_grades(case), proposal(about)])
    blocks += [_ratified_before(about, now)] if now else []
    blocks += [alert(LOCKS), section("*Do not write names or anything else that tells who somebody is.*")]
    blocks += grading(
        case.scale,
        "The judgement that the meeting ratifies",
        grade=verdict.grade,
        reason=verdict.not_graded_reason,
        why=verdict.why,
    )
    blocks += _positions(form)
    lowest = case.scale.lowest.label
    blocks += [divider(), section(f"*Only if you ratify {escape(lowest)}: all of these are needed.*")]
    blocks += [_assurance(name, f"{lowest} only: {label}", verdict.assurances) for name, label in ASSURANCES.items()]
    blocks += _outside(form)
    return modal("Ratify the judgement", blocks, record_id=form.record_id, verb=RATIFY, submit="Ratify")


def _self_grades(case: CaseView) -> list[str]:
    lines = [f"{escape(line.agency)}: {escape(settled_words(case.scale, line))}" for line in case.lines]
    return lines or ["No agency is involved."]


def _ratified_before(about: Discussion, judgement: JudgementView) -> Block:
    moment = stamp(judgement.ratified_at, about.now)
    grade, by = judged(about.case, judgement), escape(judgement.ratified_by)
    return context(f"Ratified already: *{grade}*, by {by}, {moment}. Ratifying again replaces it; both are recorded.")


def _positions(form: Judging) -> list[Block]:
    """Who agrees, disagrees and is silent: each agency that sent a return, in one of the three."""
    found = form.about.moment.contributors
    if not found:
        return [divider(), section("*Who ratifies*\nNo agency sent a return, so there is no quorum.")]
    known = all(each.present is not None for each in found)
    filled = "Filled in from the attendance." if known else "Attendance isn't recorded for all of them."
    words = f"*Who ratifies*\nEvery agency that sent a return stands in one of these lists. {filled}"
    choices = [(each.agency_id, each.agency) for each in found]
    asked = [
        multi_select(name, label, choices, _chosen(form, name), len(choices), hint=hint)
        for name, (label, hint) in _ASKED.items()
    ]
    why = text_input(DISSENT, "Why do some disagree?", form.verdict.dissent, hint="Only if an agency disagrees.")
    return [divider(), section(words), *asked, why]


def _outside(form: Judging) -> list[Block]:
    """What pressing the button acknowledges, and why it is done outside its moment, if it is."""
    moment = form.about.moment
    missing, still = (escape(shorten(", ".join(each), 500)) for each in (moment.missing, moment.immediate))
    returns, actions = count_of(len(moment.missing), "return"), count_of(len(moment.immediate), "immediate action")
    lines = [
        "*Pressing Ratify says that you know this:*",
        f"⚠️ {returns} missing: {missing}" if missing else "No return is missing.",
        f"⚠️ {actions} open: {still}" if still else "No immediate action is open.",
    ]
    lines += [f"⚠️ The meeting hasn't begun: it is on {at(moment.meeting_at)}."] if moment.early else []
    hint = f"Only before the meeting, or if fewer than {moment.needed} of the agencies that came agree or disagree."
    why = text_input(EXCEPTION, "Why before the meeting, or without its quorum?", form.verdict.exception, hint=hint)
    return [divider(), *paragraphs(lines), *previewed([why], moment.mark)]


def _chosen(form: Judging, name: str) -> tuple[str, ...]:
    return next((ids for stance, ids in form.verdict.stances.items() if FIELDS[stance] == name), ())


def _assurance(name: str, label: str, given: Mapping[str, str]) -> Block:
    text = given.get(name, "")
    if name == BY:
        return datepicker(name, label, text)
    if name in _SHORT:
        return text_input(name, label, text, limit=LINE_LIMIT, multiline=False)
    return text_input(name, label, text)


def ratified(case: CaseView) -> View:
    """The word that the judgement stands."""
    judgement = case.judgement
    if judgement is None:
        return modal("Not ratified", [section("This case has no ratified judgement yet.")])
    moment, said = stamp(judgement.ratified_at, judgement.ratified_at), positions(judgement)
    how = [f"⚠️ {each}." for each in outside(judgement)]
    lines = [
        f"✅ *Case {escape(case.reference)} is ratified: {judged(case, judgement)}.*",
        f"By {escape(judgement.ratified_by)}, {moment}.{f' {said}.' if said else ''}",
        *how,
        "Its returns are locked. The summary, the tally and the sheet follow by themselves.",
    ]
    return done("Judgement ratified", lines)
