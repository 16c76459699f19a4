"""Proposals: what a cycle's rule makes of a case's self-grades. People ratify, whatever it proposes."""

from collections.abc import Iterable

from audit.scales import Scale

NONE, LOWEST, MEDIAN = "none", "lowest", "median"
RULES = {NONE: "no rule: the spread is shown", LOWEST: "lowest self-grade", MEDIAN: "middle self-grade"}
"""Key of a rule -> what it is called."""


def proposed(rule: str, scale: Scale, grades: Iterable[str]) -> str | None:
    """The grade that `rule` proposes, by key; None without a rule, or where nobody graded.

    `grades` as Line.settled (audit.cases.summary) has them: what isn't a grade of the scale (not graded, nil, declined,
    awaiting) is left out. The worse of the two in the middle, where there are two.
    """
    ranks = {grade.key: grade.rank for grade in scale.grades}
    ranked = sorted((key for key in grades if key in ranks), key=ranks.__getitem__)
    if not ranked or rule not in (LOWEST, MEDIAN):
        return None
    return ranked[-1] if rule == LOWEST else ranked[len(ranked) // 2]
