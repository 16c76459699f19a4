"""The judgement that the meeting ratifies: its form, the answers of the sent form, and the confirmation."""

from collections.abc import Mapping, Sequence

from audit.cases.judgements import ASSURANCES, BY, DISSENT, JudgementView
from audit.cases.summary import CaseView
from audit.meeting.agenda import AgendaPlace
from audit.meeting.discussion import Discussion
from audit.meeting.positions import FIELDS, recorded
from audit.meeting.ratify import JudgementForm
from audit.meeting.verdict import SECTION, Verdict, lowest_of
from audit.moment import EXCEPTION
from audit.returns.answers import GRADE, REASON, WHY
from audit.scales import NOT_GRADED_LABEL
from audit.tools import LINE_LIMIT, TEXT_LIMIT
from views.cases.graded_sections import ratified as ratified_sections
from views.cases.judgements import judged, outside, positions, settled_words
from views.cases.summary import DISCUSS
from views.confirming import previewed
from views.forms import Form
from views.meeting import quorum, section_grades
from views.meeting.proposal import proposal
from views.parts import (
    Block,
    Choice,
    View,
    actions,
    alert,
    button,
    context,
    count_of,
    datepicker,
    divider,
    done,
    escape,
    fitted,
    modal,
    multi_select,
    paragraphs,
    section,
    sent_at_once,
    text_input,
)
from views.returns.grades import grading
from views.words import CAUTION, beside, stamp

JUDGE = "case.judge"
RATIFY = "case.ratify"
POSITIONS = "case.positions"
"""The button that asks for the agencies' positions one by one (value: the case's id)."""

LOCKS = "Ratifying locks this case's returns: the agencies can't change them after that."
_WHY = "Why this grade, or why it is not graded."
_SHORT = {"owner", "monitor"}
_UNRECORDED = (
    "Attendance isn't recorded for all of them: say for each whether it agrees, disagrees or is silent. A list may stay"
    " empty."
)
_BESIDE = "Those who weren't there, or whose attendance isn't recorded, if they agree."
_SILENT = "Not there, or said nothing. That is recorded."


def judging(form: JudgementForm) -> View:
    """The form: the self-grades, then the judgement to ratify, then the agencies' positions.

    Fields that only some judgements need are shown once they are needed, or if they are filled in already.
    """
    about = form.about
    case, now = about.case, about.case.judgement
    blocks = [alert(form.notice)] if form.notice else []
    top = beside(f"*Case {escape(case.reference)}*", case.area, case.cycle_name) + counted(about.place)
    blocks += paragraphs([top, *_self_grades(case), proposal(about)])
    blocks += [_ratified_before(about, now)] if now else []
    blocks += [section(CAUTION)]
    blocks += _graded(form)
    blocks += _assured(form)
    blocks += _positions(form)
    blocks += _outside(form)
    return modal("Ratify the judgement", blocks, record_id=form.record_id, verb=RATIFY, submit="Ratify")


def _graded(form: JudgementForm) -> list[Block]:
    """The sections, the grade, and why. The first choice carries the form's mark, since it is asked in every form."""
    verdict, case = form.verdict, form.about.case
    blocks = section_grades.inputs(form.about, verdict)
    if case.tool.asks_overall:
        blocks += grading(
            case.scale,
            "The judgement that the meeting ratifies",
            grade=verdict.grade,
            reason=verdict.not_graded_reason,
            optional=not case.tool.needs_overall,
        )[:-1]
    blocks.append(text_input(WHY, "Why?", verdict.why, optional=False, hint=_WHY if case.tool.asks_overall else ""))
    marked = GRADE if case.tool.asks_overall else f"{SECTION}{case.tool.graded[0].key}"
    mark = form.about.moment.mark
    return [each for block in blocks for each in previewed([block], mark if block.get("block_id") == marked else "")]


def counted(place: AgendaPlace | None) -> str:
    """The case's number among those of its meeting, as a suffix; "" if it isn't on an agenda."""
    return f" · case {place.number} of {place.of}" if place else ""


def _names(agencies: Sequence[str]) -> str:
    """The agencies' names in one line, cut if there are very many; the discussion lists them all."""
    return fitted(", ".join(agencies), 500)


def _self_grades(case: CaseView) -> list[str]:
    """A line for each grade, or other outcome, with the agencies that have it."""
    given: dict[str, list[str]] = {}
    for line in case.lines:
        given.setdefault(settled_words(case.scale, line), []).append(line.agency)
    order = {grade.label: grade.rank for grade in case.scale.grades}
    last = len(order) + 1

    def place(words: str) -> tuple[int, bool]:
        return order.get(words.partition(" (moderated")[0], last), not words.startswith(NOT_GRADED_LABEL)

    ranked = sorted(given, key=place)
    lines = [f"{escape(words)}: {_names(given[words])}" for words in ranked]
    return ["*Self-grades*", *(lines or ["No agency is involved."])]


def _ratified_before(about: Discussion, judgement: JudgementView) -> Block:
    moment = stamp(judgement.ratified_at, about.now)
    grade, by = judged(about.case, judgement), escape(judgement.ratified_by)
    return context(f"Already ratified: *{grade}*, by {by}, {moment}. Ratifying again replaces it; both are recorded.")


def _assured(form: JudgementForm) -> list[Block]:
    """The assurances that the lowest grade requires: shown if it is chosen, or if any of them is filled in."""
    case, verdict = form.about.case, form.verdict
    needed = lowest_of(case, verdict)
    if not needed and not any(verdict.assurances.values()):
        return []
    lowest = fitted(needed.label if needed else case.scale.lowest.label, 200)
    words = f"*{lowest} needs all of these.*"
    if not needed:
        words = f"*Only {lowest} needs these.* What is written here is kept with the judgement."
    asked = [_assurance(name, label, verdict.assurances, needed=bool(needed)) for name, label in ASSURANCES.items()]
    return [divider(), section(words), *asked]


def _positions(form: JudgementForm) -> list[Block]:
    """Who agrees, disagrees or is silent, of the agencies that sent a return.

    Positions follow from attendance, unless they are changed one by one or some agency's attendance isn't recorded.
    """
    contributors, case = form.about.moment.contributors, form.about.case
    if not contributors:
        none = section("*Who ratifies*\nNo agency sent a return, so there is no quorum.")
        return [divider(), none, *_dissenting(form)]
    present, absent = (_names([each.agency for each in contributors if each.present is was]) for was in (True, False))
    words = [f"*Who ratifies* · {count_of(len(contributors), 'agency', 'agencies')} sent a return"]
    if form.verdict.stances or not recorded(contributors):
        words += [f"They were there, and agree unless you choose them below: {present}"] if present else []
        return [divider(), *paragraphs(words), *_one_by_one(form)]
    words += [f"Agree, since they were there: {present}"] if present else []
    words += [f"Silent, since they weren't: {absent}"] if absent else []
    changing = button("Change one by one", POSITIONS, case.id, about=case.reference)
    return [divider(), *paragraphs(words), actions("positions", changing), *_dissenting(form)]


def _one_by_one(form: JudgementForm) -> list[Block]:
    """The choices of who agrees, disagrees or is silent; an agency that was present agrees unless it is chosen."""
    contributors = form.about.moment.contributors
    every = [(each.agency_id, each.agency) for each in contributors]
    others = [(each.agency_id, each.agency) for each in contributors if not each.present]
    blocks = [] if recorded(contributors) else paragraphs([_UNRECORDED])
    if others:
        label, hint = ("Agree as well", _BESIDE) if len(others) < len(every) else ("Agree", "")
        blocks.append(_choice(form, "agrees", label, others, hint))
    blocks += [_choice(form, "dissents", "Disagree", every), _choice(form, "silent", "Silent", every, _SILENT)]
    return [*blocks, *_dissenting(form)]


def _dissenting(form: JudgementForm) -> list[Block]:
    """Why some agencies disagree: asked if any does, and kept once it is filled in."""
    if not (_chosen(form, "dissents") or form.verdict.dissent):
        return []
    needed = bool(_chosen(form, "dissents"))
    return [text_input(DISSENT, "Why do some disagree?", form.verdict.dissent, optional=not needed)]


def _choice(form: JudgementForm, field: str, label: str, choices: list[Choice], hint: str = "") -> Block:
    return sent_at_once(multi_select(field, label, choices, _chosen(form, field), len(choices), hint=hint))


def _chosen(form: JudgementForm, field: str) -> tuple[str, ...]:
    return next((ids for stance, ids in form.verdict.stances.items() if FIELDS[stance] == field), ())


def _outside(form: JudgementForm) -> list[Block]:
    """What pressing the button acknowledges, and the reason for ratifying early or without a quorum, if needed."""
    moment = form.about.moment
    missing, still = _names(moment.missing), _names(moment.immediate)
    returns, urgent = count_of(len(moment.missing), "return"), count_of(len(moment.immediate), "immediate action")
    lines = [
        "*By pressing Ratify, you confirm that you know this:*",
        f"⚠️ {returns} missing: {missing}" if missing else "No return is missing.",
        f"⚠️ {urgent} open: {still}" if still else "No immediate action is open.",
    ]
    lines += [f"⚠️ The meeting hasn't begun: it is on {stamp(moment.meeting_at)}."] if moment.early else []
    lines += quorum.lines(form)
    return [divider(), *paragraphs([*lines, LOCKS]), *quorum.exception(form)]


def _assurance(name: str, label: str, given: Mapping[str, str], *, needed: bool) -> Block:
    text = given.get(name, "")
    if name == BY:
        return datepicker(name, label, text, optional=not needed)
    short = name in _SHORT
    limit = LINE_LIMIT if short else TEXT_LIMIT
    return text_input(name, label, text, limit=limit, multiline=not short, optional=not needed)


def ratified(about: Discussion) -> View:
    """The confirmation of a judgement, with the button to the next case of its meeting."""
    case, place = about.case, about.place
    judgement = case.judgement
    if judgement is None:
        return modal("Not ratified", [section("This case has no ratified judgement yet.")])
    moment, agreement = stamp(judgement.ratified_at, judgement.ratified_at), positions(judgement)
    how = [f"⚠️ {each}." for each in outside(judgement)]
    lines = [
        f"✅ *Case {escape(case.reference)} is ratified: {judged(case, judgement)}.*",
        *ratified_sections(case, judgement),
        f"By {escape(judgement.ratified_by)}, {moment}.{f' {agreement}.' if agreement else ''}",
        *how,
        "Its returns are locked. The summary, the tally and the sheet are updated automatically.",
    ]
    view = done("Judgement ratified", lines)
    if place is None or place.next is None:
        return view
    case_id, reference = place.next
    going_on = button(f"Next case: {reference}", DISCUSS, case_id, primary=True)
    blocks = [*paragraphs(lines), *paragraphs([progress(place)]), actions("next_case", going_on)]
    return view | {"blocks": blocks}


def progress(place: AgendaPlace) -> str:
    """How many of a meeting's cases are ratified."""
    if not place.out:
        return f"The summaries of this meeting's {count_of(place.of, 'case')} aren't out yet."
    if place.out < place.of:
        out = count_of(place.out, "case")
        return f"{place.ratified} ratified of the {out} of this meeting whose summaries are out."
    return f"{place.ratified} of {count_of(place.of, 'case')} of this meeting ratified."


class VerdictForm(Form):
    """The judgement's form as it was sent. `record_id`: as in audit.meeting.ratify.JudgementForm; `seen`: its mark."""

    def verdict(self) -> Verdict:
        """The judgement to ratify; an assurance that was left empty is ""."""
        return Verdict(
            grade=self.texts.get(GRADE) or None,
            not_graded_reason=self.texts.get(REASON) or None,
            why=self.texts.get(WHY, ""),
            assurances={name: self.texts.get(name, "") for name in ASSURANCES},
            stances={stance: self.ticked[name] for stance, name in FIELDS.items() if name in self.asked},
            dissent=self.texts.get(DISSENT, ""),
            exception=self.texts.get(EXCEPTION, ""),
            sections={
                name.removeprefix(SECTION): text for name, text in self.texts.items() if name.startswith(SECTION)
            },
        )
