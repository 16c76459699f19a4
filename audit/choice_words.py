"""Whether a choice of a graded list is a grade, by its words."""

import re

from audit.pasted import comparable_name

NOT_APPLICABLE_WORDS = ("not applicable", "n/a", "na", "n.a.")
"""What people write for "not applicable", as names are compared (audit.pasted.comparable_name)."""
NOT_GRADED_WORDS = (
    "not graded", "ungraded", "unable to grade", "insufficient evidence", "insufficient information",
    "not enough evidence", "not enough information",
)  # fmt: skip
"""What people write for "not graded", which isn't a grade either."""
_NUMBERED = r"[\W\d_]*"
"""What may stand before the words: "0 - Not applicable", "(N/A)"."""
_INAPPLICABLE = r"(n ?[/\\.-] ?a|(not|non|in)[ -]?applicable|amherthnasol|ddim yn berthnasol)(?!\w)"
_DOES_NOT_APPLY = r"(does not|doesn't|doesnt) apply"
_APART = re.compile(
    rf"{_NUMBERED}({_INAPPLICABLE}|{_DOES_NOT_APPLY}(\s*([^\w\s]|$)| (here|(to|in) (us|our|this))(?!\w)))"
)
_EITHER = re.compile(
    rf".*(?<!\w){_INAPPLICABLE}"
    rf"|{_NUMBERED}(n ?a\s*([^\w\s]|$)|not relevant(?!\w)|irrelevant(?!\w)|{_DOES_NOT_APPLY} (to|in|for|at)(?!\w))"
)
_GRADE_OR_SAY = "(graded?|assess(ed)?|rated?|scored?|judged?|evaluated?|determined?|said|say|tell|comment|answer)"
_UNGRADED = re.compile(
    rf"{_NUMBERED}("
    r"ungraded|not (yet )?(graded|assessed|rated|scored|judged|evaluated|determined|answered|known|sure)"
    r"|no (grade|rating|score|judge?ment|answer|response)|unknown|undetermined|unsure|(do not|don't|dont) know"
    rf"|(unable|not able|not possible|too early|too soon) to {_GRADE_OR_SAY}"
    rf"|(cannot|can not|can't|could not|couldn't) (be )?{_GRADE_OR_SAY}"
    r"|(insufficient|not enough) (evidence|information|data)"
    r"|anhysbys|ddim yn (hysbys|gwybod)|heb ei (raddio|asesu))(?!\w)"
)


def not_applicable(label: str) -> bool:
    """Whether a choice means "not applicable", in whatever words: "N/A", "Not applicable to our agency"."""
    return bool(_APART.match(comparable_name(label)))


def either(label: str) -> bool:
    """Whether a choice may mean "not applicable" or be a grade: "Na" (in Welsh, no), "Does not apply in practice"."""
    return not not_applicable(label) and bool(_EITHER.match(comparable_name(label)))


def ungraded(label: str) -> bool:
    """Whether a choice means that nothing could be graded, in whatever words: "Not known", "Unable to evaluate"."""
    return bool(_UNGRADED.match(comparable_name(label)))
