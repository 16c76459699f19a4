"""The report's chapter about grades: ratified grades, self-grades, and how the two compare."""

from collections.abc import Iterator
from functools import partial

from audit.cycle.tally import CAVEAT, CAVEAT_OUTSIDE
from audit.figures import intervals, stands_out
from audit.figures.statistics import FEWEST
from audit.moment import OUTSIDE
from audit.report.contents import Contents
from audit.report.provenance import BY_AGENCY, MODERATED, MOVED, RATIFIED, SELF, SPREAD
from audit.report.public_facts import AGENCIES, BY_AREA, JUDGEMENTS, SELF_GRADES
from audit.report.publishable import LEFT_OUT, Publishable
from views.cycle.charts import grade_picture
from views.documents import Bullets, Chart, Heading, Paragraph, Part, Table, inline
from views.parts import count_of
from views.report import answers_chapter, sections_chapter
from views.report.assurances import ASSURANCE, assured
from views.report.numbers import Numbers, by_part, in_a_sentence, overall
from views.report.written_parts import written
from views.returns.grades import grade_words

WIDE = 2
"""The fewest steps between a case's self-grades for which the case is listed."""
_ONE_IN_TWENTY = "In one sample in twenty, the true number would lie outside this range."
ABOUT = "Agencies grade their own part in a case. They do not grade the case, or each other."


def scoring(contents: Contents, numbers: Numbers, public: Publishable | None) -> Iterator[Part]:
    """The chapter; `public`: what may be published, None in the full edition."""
    yield Heading("2 Scoring")
    yield Paragraph((CAVEAT_OUTSIDE if public else CAVEAT,), stress=True)
    yield from written(contents, "scoring", public)
    if contents.overall == "none":
        yield from sections_chapter.none_overall(contents, public)
    else:
        yield from _ratified(contents, numbers, public)
        yield from _lowest(contents, numbers, public)
        if public is None and contents.overall == "optional":
            yield from sections_chapter.lowest(contents)
        yield from _self_grades(contents, numbers, public)
    if contents.sections:
        yield from sections_chapter.by_section(contents, numbers, public)
    if public is None:  # it links agencies' grades to cases
        yield from _beside(contents, numbers) if contents.overall != "none" else disagreed(contents)
    if contents.answered:
        yield from answers_chapter.where_they_are(public)


def _ratified(contents: Contents, numbers: Numbers, public: Publishable | None) -> Iterator[Part]:
    tally, scale = contents.tally, contents.scale
    yield Heading("Ratified judgements", 2)
    if public and not public.tells(JUDGEMENTS):
        yield Paragraph((f"The judgements are {LEFT_OUT}.",))
        return
    yield overall(numbers, "Judgements of all cases", RATIFIED, tally.ratified, scale)
    yield from [] if public else _left_open(contents)
    pictured = partial(grade_picture, returns=False, caveat=CAVEAT_OUTSIDE if public else CAVEAT)
    about = f"Audit {contents.number}"
    picture = pictured("Ratified judgements", about, scale, {"All cases": tally.ratified})
    if picture:
        yield Chart(picture)
    if not contents.areas:
        yield from _reasons(contents, public)
    if len(contents.areas) <= bool(public):
        return
    yield Heading("By area", 2)
    if public and not public.tells(BY_AREA):
        yield Paragraph((f"The judgements by area are {LEFT_OUT}.",))
        return
    yield by_part(numbers, "Judgements by area", RATIFIED, tally.by_area, first="Area", scale=scale)
    yield from _reasons(contents, public)
    picture = pictured("Ratified judgements by area", about, scale, tally.by_area)
    if picture:
        yield Chart(picture)


def _left_open(contents: Contents) -> Iterator[Part]:
    """What the judgements of a random sample imply for all the cases from which it was drawn."""
    counts = contents.tally.by_area if contents.areas else {"": contents.tally.ratified}
    better = {area: stands_out.better(contents.scale, area, count.grades) for area, count in counts.items()}
    numbers = {area: (better[area][1].number, count.total) for area, count in counts.items()}
    interval = intervals.of_all(intervals.strata((each.strata for each in contents.method.samples), numbers))
    if interval is None:
        return
    grade = next(label for label, _ in better.values())
    little = "" if interval.telling else f"So few cases were drawn that they say little of all {interval.of:,}. "
    drawn = f"Since they were drawn at random: of all {interval.of:,}, between {interval.least:,} and {interval.most:,}"
    yield Paragraph((f"{little}{drawn} would have been judged {grade} or better. {_ONE_IN_TWENTY}",))


def _reasons(contents: Contents, public: Publishable | None) -> Iterator[Part]:
    """Why cases weren't graded, in the full edition."""
    if public is None and contents.tally.ratified.not_graded_in_all:
        reasons = {case.reference: case for case in contents.cases if case.grade == "not_graded"}
        lines = [f"{name}: {grade_words(contents.scale, case.grade, case.reason)}" for name, case in reasons.items()]
        yield Bullets(tuple(map(inline, lines)))


def _lowest(contents: Contents, numbers: Numbers, public: Publishable | None) -> Iterator[Part]:
    """The section about the lowest grade: that each child is safe, and what is done about it."""
    grade, cases = contents.scale.lowest, contents.lowest
    if public and not public.tells(JUDGEMENTS):
        return
    yield Heading(f"Cases judged {grade.label}", 2)
    if not cases:
        yield Paragraph((f"No case was judged {grade.label}.",))
        return
    number = numbers.line(len(cases), RATIFIED, "", grade.key)
    were = "case was" if len(cases) == 1 else "cases were"
    yield Paragraph(inline(*number, f" {were} judged {grade.label}. {ASSURANCE}"))
    if public is None:
        for case in cases:
            yield Heading(case.reference, 3)
            yield from assured(contents, case)


def _self_grades(contents: Contents, numbers: Numbers, public: Publishable | None) -> Iterator[Part]:
    tally, scale = contents.tally, contents.scale
    yield Heading("How agencies graded their own part", 2)
    yield Paragraph((ABOUT,))
    if public and not public.tells(SELF_GRADES):
        yield Paragraph((f"The agencies' own grades are {LEFT_OUT}.",))
        return
    yield overall(numbers, "Self-grades of all returns", SELF, tally.self_grades, scale)
    if public is None and contents.areas:
        yield by_part(numbers, "Self-grades by area", SELF, tally.self_by_area, first="Area", scale=scale)
        picture = grade_picture(
            "Self-grades by area", f"Audit {contents.number}", scale, tally.self_by_area, returns=True
        )
        if picture:
            yield Chart(picture)
    if public and not public.tells(AGENCIES):
        yield Paragraph((f"The self-grades by agency are {LEFT_OUT}.",))
    else:
        yield by_part(numbers, "Self-grades by agency", BY_AGENCY, tally.by_agency, first="Agency", scale=scale)


def _beside(contents: Contents, numbers: Numbers) -> Iterator[Part]:
    """Self-grades beside the ratified judgements."""
    statistics = contents.statistics
    yield Heading("Self-grades beside the ratified judgement", 2)
    moved = statistics.overall
    if not moved.enough:
        few = count_of(moved.compared, "self-grade")
        yield Paragraph((f"{few} can be compared with a ratified judgement: too few to say anything about.",))
    else:
        yield Paragraph(
            inline(
                f"Of {count_of(moved.compared, 'self-grade')} that can be compared with the ratified judgement of its"
                " case, the judgement is better in ", *numbers.line(moved.up, MOVED, "", "up"), ", the same in ",
                *numbers.line(moved.same, MOVED, "", "same"), ", and worse in ",
                *numbers.line(moved.down, MOVED, "", "down"), ".",
            )
        )  # fmt: skip
    yield from _movements(contents, numbers)
    yield from _moderated(contents, numbers)
    yield from _spread(contents, numbers)


def _movements(contents: Contents, numbers: Numbers) -> Iterator[Part]:
    """How self-grades moved, for each agency with enough returns to compare; the other agencies are named."""
    by_agency = contents.statistics.by_agency
    rows = tuple(
        (
            inline(agency),
            numbers.line(moved.up, MOVED, agency, "up"),
            numbers.line(moved.same, MOVED, agency, "same"),
            numbers.line(moved.down, MOVED, agency, "down"),
        )
        for agency, moved in by_agency.items()
        if moved.enough
    )
    head = ("Agency", "Judgement better", "The same", "Judgement worse")
    if rows:
        yield Table("Self-grades beside the judgement, by agency", head, rows, (3, 1, 1, 1), frozenset({1, 2, 3}))
    few = [agency for agency, moved in by_agency.items() if not moved.enough]
    if few and rows:
        yield Paragraph((f"Fewer than {FEWEST} can be compared, so nothing is said, of {in_a_sentence(few)}.",))


def _moderated(contents: Contents, numbers: Numbers) -> Iterator[Part]:
    moved = contents.statistics.moderated
    up, down = numbers.line(moved.up, MODERATED, "", "up"), numbers.line(moved.down, MODERATED, "", "down")
    if moved.up or moved.down:
        yield Paragraph(
            inline("When returns were moderated, ", *up, " self-grades were made better and ", *down, " worse.")
        )
    yield from disagreed(contents)


def disagreed(contents: Contents) -> Iterator[Part]:
    """Which agencies disagreed with a judgement and why, and which judgements were ratified outside the rule."""
    dissents = [
        f"{case.reference}: {in_a_sentence(case.dissented)}. {case.dissent}"
        for case in contents.cases
        if case.dissented
    ]
    if dissents:
        yield Paragraph(("Agencies that disagreed with a judgement, and why:",))
        yield Bullets(tuple(map(inline, dissents)))
    excepted = [
        f"{case.reference}: ratified {' and '.join(OUTSIDE[how] for how in case.outside)}. {case.exception}"
        for case in contents.cases
        if case.outside
    ]
    if excepted:
        yield Paragraph(("Judgements that were ratified outside the rule, and why:",))
        yield Bullets(tuple(map(inline, excepted)))


def _spread(contents: Contents, numbers: Numbers) -> Iterator[Part]:
    statistics, scale = contents.statistics, contents.scale
    if not statistics.compared:
        return
    within = numbers.line(statistics.within_one, SPREAD, "", "within_one")
    of = numbers.line(statistics.compared, SPREAD, "", "compared")
    yield Paragraph(
        inline("In ", *within, " of ", *of, " cases with at least two self-grades, they are at most one grade apart.")
    )
    wide = [each for each in statistics.spreads if each.steps >= WIDE]
    if wide:
        rows = tuple(
            (
                inline(each.reference), *([inline(each.area)] if contents.areas else []),
                inline(scale.grade(each.best).label), inline(scale.grade(each.worst).label), inline(str(each.steps)),
                inline(str(each.graded)),
            )
            for each in wide
        )  # fmt: skip
        area, wide_area = (["Area"], [1.6]) if contents.areas else ([], [])
        head = ("Case", *area, "Best self-grade", "Worst self-grade", "Grades apart", "Graded by")
        numeric = frozenset({len(head) - 2, len(head) - 1})
        yield Table("Cases with the widest spread", head, rows, (2, *wide_area, 2, 2, 1, 1), numeric)
