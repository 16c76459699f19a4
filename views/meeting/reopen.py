"""Re-opening a ratified case: the form and its confirmation."""

from audit.cases.summary import CaseView
from audit.meeting.reopen import REASON, Reopen
from views.cases import graded_sections
from views.cases.judgements import final, judged
from views.parts import View, done, escape, modal, paragraphs, section, text_input
from views.words import CAUTION, beside

REOPEN = "case.reopen"
"""The button that opens the form (value: the case's id)."""
REOPENED = "case.reopened"


def reopening(form: Reopen) -> View:
    """The form: the present judgement, what re-opening does, and the reason."""
    case, judgement = form.case, form.judgement
    lines = [
        beside(f"*Case {escape(case.reference)}*", case.area),
        f"Ratified judgement: *{judged(case, judgement)}* · {final(judgement, judgement.ratified_at)}",
        *graded_sections.ratified(case, judgement),
        "If you re-open it, this judgement ends; it is kept, with your reason.",
        "The agencies can change their returns until the case is ratified again. They give a reason for each change.",
    ]
    if form.back:
        lines.append("*The audit goes back to its meetings*, since not every case is ratified then.")
    blocks = paragraphs(lines)
    blocks.append(section(CAUTION))
    blocks.append(text_input(REASON, "Why is it opened again?", optional=False))
    return modal("Re-open a case", blocks, record_id=judgement.id, verb=REOPENED, submit="Re-open")


def reopened(case: CaseView) -> View:
    """The confirmation that a case is re-opened."""
    lines = [
        f"✅ *Case {escape(case.reference)} is open again.*",
        "Its returns can be changed until it is ratified again.",
        "The summary, the tally and the sheet are updated automatically.",
    ]
    return done("Case re-opened", lines)
