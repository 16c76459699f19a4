"""The grade that a cycle's rule proposes from a case's self-grades. Whatever it proposes, people ratify."""

from collections.abc import Iterable

from audit.scales import Scale

NONE, LOWEST, MEDIAN = "none", "lowest", "median"
RULES = {NONE: "no rule: the spread is shown", LOWEST: "lowest self-grade", MEDIAN: "middle self-grade"}
"""Key of a rule -> its name."""


def proposed(rule: str, scale: Scale, grades: Iterable[str]) -> str | None:
    """The key of the grade that `rule` proposes; None if there is no rule, or no grade to go by.

    `grades`: as LineOutline.settled (audit.cases.outline). Anything that isn't a grade of the scale (not graded, nil,
    declined, awaiting) is ignored. Of two grades in the middle, the median is the worse.
    """
    ranks = {grade.key: grade.rank for grade in scale.grades}
    ranked = sorted((key for key in grades if key in ranks), key=ranks.__getitem__)
    if not ranked or rule not in (LOWEST, MEDIAN):
        return None
    return ranked[-1] if rule == LOWEST else ranked[len(ranked) // 2]
