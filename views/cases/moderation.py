"""Moderating an agency's self-grade: the form, and the word that it is kept."""

from audit.cases.moderation import STANDS, Moderating, ModerationView
from audit.moment import EXCEPTION, at
from audit.returns.answers import GRADE, WHY
from audit.scales import NOT_GRADED, NOT_GRADED_LABEL
from views.parts import (
    Block,
    View,
    alert,
    context,
    done,
    escape,
    modal,
    paragraphs,
    section,
    text_input,
    told_at_once,
    verbatim,
)
from views.pickers import one_of
from views.returns.grades import grade_words, why_not
from views.words import stamp

MODERATE = "grade.moderate"
"""The button that opens the form (value: the return's id)."""
MODERATED = "grade.moderated"


def moderating(form: Moderating) -> View:
    """The form: the self-grade, what the meeting made of it before, and what it makes of it now."""
    party, given = form.party, form.given
    blocks = [alert(form.notice)] if form.notice else []
    own = escape(grade_words(form.scale, form.grade, form.reason))
    blocks += paragraphs([
        f"*Case {escape(party.reference)}* · {escape(party.area)} · {escape(party.agency)}",
        f"Self-grade: *{own}* (version {form.version} of the return)",
    ])  # fmt: skip
    blocks += [_before(form, each) for each in form.before[:10]]
    blocks.append(context("Both stay: the agency's own grade, and what the meeting makes of it. Tallies of self-grades"
                          " count the agency's own."))  # fmt: skip
    blocks.append(section("*Do not write names or anything else that tells who somebody is.*"))
    blocks += [
        told_at_once(one_of(GRADE, "What the meeting makes of it", _choices(form), given.grade)),
        *why_not(given.grade, given.not_graded_reason),
        text_input(WHY, "Why?", given.why, optional=False, hint="What the meeting saw that the agency didn't."),
        *_exception(form),
    ]  # fmt: skip
    return modal("Moderate a self-grade", blocks, record_id=form.record_id, verb=MODERATED, submit="Record")


def _exception(form: Moderating) -> list[Block]:
    """Before the meeting: why this grade can't wait for it."""
    if not form.early:
        return []
    hint = f"The meeting is on {at(form.meeting_at)}. The reason stands beside the grade."
    return [text_input(EXCEPTION, "Why before the meeting?", form.given.exception, optional=False, hint=hint)]


def before_meeting(moderation: ModerationView) -> list[Block]:
    """Why a grade was moderated before the meeting, if it was."""
    return (
        [context("Moderated before the meeting, because:"), *verbatim(moderation.exception)]
        if moderation.exception
        else []
    )


def _choices(form: Moderating) -> list[tuple[str, str]]:
    """Every grade; in the self-grade's own place, that it stands."""
    every = [*((grade.key, grade.label) for grade in form.scale.grades), (NOT_GRADED, NOT_GRADED_LABEL)]
    return [(STANDS, f"The self-grade stands: {label}") if key == form.grade else (key, label) for key, label in every]


def _before(form: Moderating, moderation: ModerationView) -> Block:
    grade = _made(form, moderation)
    moment = stamp(moderation.at, form.now)
    since = f", of version {moderation.version} of the return" if moderation.version != form.version else ""
    return context(f"Moderation {moderation.number}: {grade}, by {escape(moderation.by)}, {moment}{since}.")


def _made(form: Moderating, moderation: ModerationView) -> str:
    if not moderation.grade:
        return "the self-grade stands"
    return escape(grade_words(form.scale, moderation.grade, moderation.not_graded_reason))


def moderated(form: Moderating) -> View:
    """Confirms a moderated grade."""
    newest = form.before[0]
    own = escape(grade_words(form.scale, form.grade, form.reason))
    lines = [
        f"✅ *{escape(form.party.agency)}, case {escape(form.party.reference)}: {_made(form, newest)}.*",
        f"The self-grade stays beside it: {own}. The summary and the sheet follow by themselves.",
    ]
    return done("Grade moderated", lines)
