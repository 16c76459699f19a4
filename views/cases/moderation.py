"""Moderating an agency's self-grade: the form, and its confirmation."""

from audit.cases.moderated_grades import ModerationView
from audit.cases.moderation import STANDS, ModerationAnswers, ModerationForm
from audit.moment import EXCEPTION
from audit.returns.answers import GRADE, REASON, WHY
from audit.scales import NOT_GRADED, NOT_GRADED_LABEL, Graded
from audit.tools import OVERALL
from views.cases.graded_sections import LABEL
from views.confirming import previewed
from views.forms import Form
from views.parts import (
    Block,
    View,
    alert,
    context,
    done,
    escape,
    fitted,
    modal,
    paragraphs,
    section,
    select,
    sent_at_once,
    text_input,
    verbatim,
)
from views.pickers import one_of
from views.returns.grades import grade_words, why_not
from views.words import CAUTION, beside, stamp

MODERATE = "grade.moderate"
"""The button that opens the form (value: the return's id)."""
MODERATED = "grade.moderated"
SECTION = "section"
"""The form's field for the choice among a return's grades."""


def moderating(form: ModerationForm) -> View:
    """The form: the self-grade, the earlier moderations, and the moderated grade now.

    If a return has several grades, the form first asks which one, and marks the other fields with that choice.
    """
    party, given = form.party, form.given
    blocks = [alert(form.notice)] if form.notice else []
    own = escape(grade_words(form.scale, form.grade, form.reason))
    about = f" of {_name(form)}" if form.section else ""
    blocks += paragraphs([
        beside(f"*Case {escape(party.reference)}*", party.area, party.agency),
        f"Self-grade{about}: *{own}* (version {form.version} of the return)",
    ])  # fmt: skip
    blocks += [_before(form, each) for each in form.before[:10]]
    blocks.append(context("Both stay: the agency's own grade, and what the meeting makes of it. Tallies of self-grades"
                          " count the agency's own."))  # fmt: skip
    blocks.append(section(CAUTION))
    asked = [
        sent_at_once(_grade(form)),
        *([] if form.section else why_not(given.grade, given.not_graded_reason)),
        text_input(WHY, "Why?", given.why, optional=False, hint="What the meeting saw that the agency didn't."),
    ]
    blocks += [*_which(form), *previewed(asked, form.given.section), *_exception(form)]
    return modal("Moderate a self-grade", blocks, record_id=form.record_id, verb=MODERATED, submit="Record")


def _name(form: ModerationForm) -> str:
    """The name of the section that is moderated: mrkdwn."""
    return fitted(dict(form.every).get(form.given.section, ""), LABEL)


def _which(form: ModerationForm) -> list[Block]:
    """The choice of the grade to moderate, if the return has several."""
    if len(form.every) < 2:  # noqa: PLR2004  # one is no choice
        return []
    every = [(key or OVERALL, name) for key, name in form.every]
    chosen = form.given.section or OVERALL
    return [sent_at_once(select(SECTION, "Which grade is moderated?", every, chosen, optional=False))]


def _grade(form: ModerationForm) -> Block:
    """The choice of the moderated grade: a menu for a section's grade, as in every form."""
    words = "What the meeting makes of it"
    if form.section is None:
        return one_of(GRADE, words, _choices(form), form.given.grade)
    chosen = Graded(form.given.grade or "", form.given.not_graded_reason).name
    return select(GRADE, words, _choices(form), chosen, optional=False)


def answers(form: Form) -> ModerationAnswers:
    """The form's answers."""
    of, grade, reason = form.text(SECTION), form.text(GRADE), form.text(REASON)
    of = form.seen if not of else "" if of == OVERALL else of
    graded = Graded.read(grade) if of else Graded(grade, reason or None)
    return ModerationAnswers(
        graded.result or None, graded.reason, form.texts.get(WHY, ""), form.texts.get(EXCEPTION, ""), of
    )


def _exception(form: ModerationForm) -> list[Block]:
    """Why the grade is moderated before the meeting; empty from the meeting on."""
    if not form.early:
        return []
    hint = f"The meeting is on {stamp(form.meeting_at)}. The reason is shown beside the grade."
    return [text_input(EXCEPTION, "Why before the meeting?", form.given.exception, optional=False, hint=hint)]


def before_meeting(moderation: ModerationView) -> list[Block]:
    """Why a grade was moderated before the meeting; empty if it wasn't."""
    return (
        [context("Moderated before the meeting, because:"), *verbatim(moderation.exception)]
        if moderation.exception
        else []
    )


def _choices(form: ModerationForm) -> list[tuple[str, str]]:
    """All grades to choose from; the self-grade itself is worded as "The self-grade stands"."""
    every = [*((grade.key, grade.label) for grade in form.scale.grades), (NOT_GRADED, NOT_GRADED_LABEL)]
    own = form.grade
    if form.section:
        every, own = [*form.scale.options], Graded(form.grade, form.reason).name
    return [(STANDS, f"The self-grade stands: {words}") if key == own else (key, words) for key, words in every]


def _before(form: ModerationForm, moderation: ModerationView) -> Block:
    grade = _made(form, moderation)
    moment = stamp(moderation.at, form.now)
    since = f", of version {moderation.version} of the return" if moderation.version != form.version else ""
    return context(f"Moderation {moderation.number}: {grade}, by {escape(moderation.by)}, {moment}{since}.")


def _made(form: ModerationForm, moderation: ModerationView) -> str:
    if not moderation.grade:
        return "the self-grade stands"
    return escape(grade_words(form.scale, moderation.grade, moderation.not_graded_reason))


def moderated(form: ModerationForm) -> View:
    """The confirmation of a moderated grade."""
    newest, about = form.before[0], f", {_name(form)}" if form.section else ""
    own = escape(grade_words(form.scale, form.grade, form.reason))
    lines = [
        f"✅ *{escape(form.party.agency)}, case {escape(form.party.reference)}{about}: {_made(form, newest)}.*",
        f"The self-grade stays beside it: {own}. The summary and the sheet are updated automatically.",
    ]
    return done("Grade moderated", lines)
