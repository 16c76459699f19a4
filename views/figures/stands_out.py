"""What stands out in a cycle's numbers, one sentence each: mrkdwn."""

from collections.abc import Sequence
from functools import singledispatch

from audit.cycle_facts import CycleView
from audit.figures.stands_out import Apart, Changed, Fact, Kinder, Missing, MostFound, NotGraded, Share, Wide
from audit.labels import within
from audit.scales import REASONS
from views.figures.figures import named
from views.parts import count_of, escape
from views.themes.merge import of_cases

FEW = 10
"""The fewest graded cases in each of two audits for a statement about a change between them."""
_CHANCE = "; chance alone can make such a difference"


def sentences(cycle: CycleView, facts: Sequence[Fact]) -> list[str]:
    """A sentence for each fact, with its numbers."""
    return [_said(fact, cycle) for fact in facts]


@singledispatch
def _said(fact: Fact, cycle: CycleView) -> str:
    raise NotImplementedError


@_said.register
def _(fact: Missing, _: CycleView) -> str:
    are = "is" if fact.returns.number == 1 else "are"
    most = f", {fact.most.number} of {fact.most.of} from {escape(fact.most.name)}" if fact.most else ""
    return f"*{fact.returns.number} of {count_of(fact.returns.of, 'return')}* {are} missing{most}."


@_said.register
def _(fact: NotGraded, _: CycleView) -> str:
    reasons = ", ".join(f"{REASONS[key].lower()} {number}" for key, number in fact.reasons.items())
    were = "was" if fact.cases.number == 1 else "were"
    return f"{_of(fact.cases)} ratified cases {were} not graded: {reasons}."


@_said.register
def _(fact: Changed, cycle: CycleView) -> str:
    now, before = f"{_of(fact.now)} graded cases", f"{named(fact.before)} had {_of(fact.then)}"
    head = f"Ratified {_better(fact.grade, cycle)}: {now}. {before}"
    if not fact.alike:
        return f"{head}: its theme was different, or isn't known, so this isn't a trend."
    if min(fact.now.of, fact.then.of) < FEW:
        return f"{head}, on the same theme: too few to say that anything changed."
    least, most = fact.between
    change = "too few to say that anything changed" if least <= 0 <= most else "more than chance makes"
    between = f"the difference lies between {_points(least)} and {_points(most)} percentage points"
    return f"{head}, on the same theme: {change}, {between}."


def _points(number: int) -> str:
    """A difference between two shares, in percentage points: "12 more"."""
    return f"{abs(number)} {'fewer' if number < 0 else 'more'}"


@_said.register
def _(fact: Apart, cycle: CycleView) -> str:
    what = f"Self-grades by {fact.by}" if fact.returns else f"Ratified by {fact.by}"
    best, worst = (_all(each) for each in (fact.best, fact.worst))
    caution = _CHANCE if fact.chance else ""
    return f"{what}, {_better(fact.grade, cycle)}: most often {best}, least often {worst}{caution}."


@_said.register
def _(fact: Kinder, _: CycleView) -> str:
    moved, where = fact.moved, f"Section “{escape(fact.section)}”: " if fact.section else ""
    are, of = "is" if moved.down == 1 else "are", "it" if fact.section else "the case"
    return (
        f"{where}*{moved.down} of {moved.compared}* self-grades {are} kinder than what was ratified for {of},"
        f" {moved.up} harsher, {moved.same} the same."
    )


@_said.register
def _(fact: Wide, cycle: CycleView) -> str:
    best, worst = (escape(cycle.scale.grade(key).label) for key in (fact.widest.best, fact.widest.worst))
    where = escape(within(fact.widest.reference, fact.widest.area))
    apart = "not the same" if fact.steps == 1 else f"{fact.steps} grades or more apart"
    far = f"In {_of(fact.cases)} cases with at least two self-grades, they are {apart}"
    return f"{far}, widest in {where}: {best} to {worst}."


@_said.register
def _(fact: MostFound, _: CycleView) -> str:
    answered = "" if fact.theme.recommended else ", and no recommendation answers it yet"
    return f"{escape(fact.theme.named)} was found in *{of_cases(fact.theme)}*{answered}."


def _better(grade: str, cycle: CycleView) -> str:
    best = cycle.scale.grades[0].label
    end = f" ({escape(best)} is the best)" if cycle.scale.bare else ""
    return f"{escape(grade)}{' or better' if grade != best else ''}{end}"


def _all(shares: Sequence[Share]) -> str:
    """The first of several parts with the same share, and the number of the others."""
    others = f" and {len(shares) - 1} more with as large a share" if len(shares) > 1 else ""
    return f"{escape(shares[0].name)} {_of(shares[0])}{others}"


def _of(share: Share) -> str:
    return f"*{share.number} of {share.of}*"
