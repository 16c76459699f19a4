"""Whether a case has its quorum, as shown in the judgement's form; and the reason to ratify without it, or early."""

from audit.meeting.positions import completed, faults
from audit.meeting.ratify import JudgementForm
from audit.moment import EXCEPTION, Stances
from views.parts import Block, count_of, text_input


def lines(form: JudgementForm) -> list[str]:
    """One line: whether the quorum is met or, if positions aren't all known yet, what it needs; mrkdwn."""
    moment, stances = form.about.moment, _known(form)
    if not moment.contributors:
        return ["⚠️ There is no quorum: no agency sent a return."]
    of = f"{moment.needed} of the {count_of(len(moment.contributors), 'agency', 'agencies')} that sent a return"
    rule = f"{of} must have come, and agree or disagree"
    if stances is None:
        return [f"For its quorum {rule}."]
    spoke = moment.spoke(stances)
    met = "Its quorum is met" if spoke >= moment.needed else "⚠️ Its quorum isn't met"
    return [f"{met}: {rule}; {spoke} {'does' if spoke == 1 else 'do'}."]


def exception(form: JudgementForm) -> list[Block]:
    """The field for the reason, asked before the meeting or if known positions aren't a quorum; kept once filled in."""
    moment, given, stances = form.about.moment, form.verdict.exception, _known(form)
    needed = moment.early or (stances is not None and bool(moment.outside(stances)))
    if not (needed or given):
        return []
    hint = f"Only before the meeting, or if fewer than {moment.needed} of the agencies that came agree or disagree."
    hint = hint if moment.contributors else "No agency sent a return, so nobody can agree."
    label = "Why before the meeting, or without its quorum?"
    return [text_input(EXCEPTION, label, given, optional=not needed, hint=hint)]


def _known(form: JudgementForm) -> Stances | None:
    """Every contributor's position; None if any is still unknown."""
    contributors = form.about.moment.contributors
    stances = completed(contributors, form.verdict.stances)
    return None if faults(contributors, stances) else stances
