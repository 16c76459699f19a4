"""A ratified judgement in words: for headlines, for the full summary, and for the discussion."""

from datetime import datetime

from audit.calendar import in_london
from audit.cases.judgements import ASSURANCES, BY, JudgementView
from audit.cases.summary import CaseView, Line
from audit.moment import OUTSIDE
from audit.scales import Scale
from views.cases import graded_sections
from views.pages import Unit
from views.parts import Block, context, count_of, escape, fitted, paragraphs, section, verbatim
from views.returns.grades import grade_words
from views.words import on, said_day, stamp

TITLE = "Ratified judgement"
NOTHING = "_Nothing written._"
_EXCEPTION_LABEL = "Why it was ratified anyway"


def judged(case: CaseView, judgement: JudgementView) -> str:
    """The ratified grade, or why the case isn't graded: mrkdwn."""
    return escape(grade_words(case.scale, judgement.grade, judgement.not_graded_reason))


def final(judgement: JudgementView, now: datetime) -> str:
    """That the judgement is final, and its date."""
    return f"Final: ratified {on(in_london(judgement.ratified_at).date(), now)}"


def positions(judgement: JudgementView) -> str:
    """The number of agencies by position: "9 agreed, 1 disagreed, 1 silent"; "" if no agency took one."""
    counts = ((judgement.agreed, "agreed"), (judgement.dissented, "disagreed"), (judgement.silent, "silent"))
    return ", ".join(f"{len(names)} {what}" for names, what in counts if names)


def outside(judgement: JudgementView) -> list[str]:
    """Lines on what was unusual when a case was ratified: early, without its quorum, or with something missing."""
    reasons = [OUTSIDE[how] for how in judgement.outside]
    lines = [f"Ratified {' and '.join(reasons)}"] if reasons else []
    lines += [f"Ratified without {count_of(len(judgement.missing), 'return')}"] if judgement.missing else []
    still = count_of(len(judgement.immediate), "open immediate action")
    return [*lines, *([f"Ratified with {still}"] if judgement.immediate else [])]


def text_units(case: CaseView, judgement: JudgementView, now: datetime) -> list[Unit]:
    """A judgement in full: its grades, the agencies' positions, and each text in full."""
    by = f"Ratified by {escape(judgement.ratified_by)}, {stamp(judgement.ratified_at, now)}"
    again = f" (version {judgement.version})" if judgement.version > 1 else ""
    first = [section(f"*{judged(case, judgement)}* · {final(judgement, now)}"), context(by + again)]
    first += [*paragraphs(graded_sections.ratified(case, judgement)), *_said(judgement)]
    return [("", first), *((TITLE, written(label, text)) for label, text in texts(judgement))]


def texts(judgement: JudgementView) -> list[tuple[str, str]]:
    """The texts written with a judgement: (label, text)."""
    given = {key: said_day(text) if key == BY else text for key, text in judgement.assurances.items()}
    asked = [(ASSURANCES[key], text) for key, text in given.items() if key in ASSURANCES and text]
    dissent = [("Why some disagree", judgement.dissent)] if judgement.dissent else []
    exception = [(_EXCEPTION_LABEL, judgement.exception)] if judgement.exception else []
    return [("Why", judgement.why), *exception, *dissent, *asked]


def _said(judgement: JudgementView) -> list[Block]:
    """The agencies by position, and what was outside the rule."""
    by_position = (("Agreed", judgement.agreed), ("Disagreed", judgement.dissented), ("Silent", judgement.silent))
    lines = [f"⚠️ *{how}*" for how in outside(judgement)]
    named = (*by_position, ("No return from", judgement.missing), ("Immediate action open from", judgement.immediate))
    lines += [f"*{what}:* {fitted(', '.join(names), 500)}" for what, names in named if names]
    return paragraphs(lines)


def written(label: str, text: str) -> list[Block]:
    """A person's text under its label."""
    if not text.strip():
        return [section(f"*{escape(label)}*\n{NOTHING}")]
    return [section(f"*{escape(label)}*"), *verbatim(text)]


def settled_words(scale: Scale, line: Line) -> str:
    """An agency's own grade, with the moderated one: "Good (moderated: Requires improvement)"."""
    own = grade_words(scale, line.result, line.reason)
    if line.moderated is None or line.answers is None:
        return own
    return f"{own} (moderated: {grade_words(scale, line.settled, line.settled_reason)})"
