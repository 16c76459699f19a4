"""The report's part about graded sections: ratified grades, self-grades, and how the two compare."""

from collections.abc import Iterator, Sequence
from functools import partial

from audit.cycle.tally import CAVEAT, CAVEAT_OUTSIDE
from audit.figures.statistics import FEWEST
from audit.report.contents import Contents, GradedSection, JudgedCase
from audit.report.provenance import SECTION, SECTION_MODERATED, SECTION_MOVED, SECTION_OWN
from audit.report.public_facts import of_section
from audit.report.publishable import LEFT_OUT, Publishable
from audit.scales import AWAITING, grouped_by_scale
from views.cycle.charts import grade_picture
from views.documents import Bullets, Chart, Heading, Paragraph, Part, Table, inline
from views.report.assurances import ASSURANCE, assured
from views.report.numbers import Numbers, by_part, in_a_sentence

NONE = "This audit gives a case no grade as a whole: each section is graded and ratified by itself."
TRACED = "Annex B traces the numbers of all cases and returns, above; those of an area are its own among them."
ACROSS = 6
"""The most sections side by side in a table."""


def none_overall(contents: Contents, public: Publishable | None) -> Iterator[Part]:
    """What replaces the grades of whole cases if the audit has none."""
    yield Heading("Ratified judgements", 2)
    yield Paragraph((NONE,))
    if public is None:
        yield from lowest(contents)


def by_section(contents: Contents, numbers: Numbers, public: Publishable | None) -> Iterator[Part]:
    """The tables; in public the judgements of those sections that may be published, for all areas together."""
    yield Heading("By section", 2)
    if public is not None:
        published = [each for each in contents.sections if public.tells(of_section(each.key))]
        yield from _judged(contents, numbers, published, own=False)
        left_out = [each.name for each in contents.sections if each not in published]
        which = f"of {in_a_sentence(left_out)}" if published else "by section"
        yield from [Paragraph((f"The judgements {which} are {LEFT_OUT}.",))] if left_out else []
        return
    yield from _judged(contents, numbers, contents.sections, own=True)
    yield from _beside(contents, numbers)
    yield from _by_area(contents)


def _judged(contents: Contents, numbers: Numbers, sections: Sequence[GradedSection], *, own: bool) -> Iterator[Part]:
    """The grades of these sections, scale by scale, as tables and charts; `own`: with self-grades."""
    groups = grouped_by_scale(sections, lambda each: each.scale)
    for place, group in enumerate(groups, 1):
        on = f", scale {place}" if len(groups) > 1 else ""
        names = {section.key: section.name for section in group}
        judged = {section.key: section.tally.ratified for section in group}
        given = {section.key: section.tally.self_grades for section in group}
        table = partial(by_part, numbers, first="Section", scale=group[0].scale, names=names)
        yield table(f"Judgements by section{on}", SECTION, judged)
        picture = grade_picture(
            f"Ratified judgements by section{on}", f"Audit {contents.number}", group[0].scale,
            {names[key]: count for key, count in judged.items()}, returns=False,
            caveat=CAVEAT if own else CAVEAT_OUTSIDE,
        )  # fmt: skip
        yield from [Chart(picture)] if picture else []
        yield from [table(f"Self-grades by section{on}", SECTION_OWN, given)] if own else []


def _by_area(contents: Contents) -> Iterator[Part]:
    """Each section's judgements and self-grades by area, if there are several; a single one would repeat the totals."""
    if len(contents.areas) < 2:  # noqa: PLR2004  # no areas, or one that is the whole
        return
    yield Heading("By section and area", 2)
    yield Paragraph((TRACED,))
    alone = Numbers(contents, marked=False)
    for each in contents.sections:
        table = partial(by_part, alone, first="Area", scale=each.scale)
        yield table(f"{each.name}: judgements by area", SECTION, each.tally.by_area)
        yield table(f"{each.name}: self-grades by area", SECTION_OWN, each.tally.self_by_area)


def lowest(contents: Contents) -> Iterator[Part]:
    """The cases without an overall grade with a section at the lowest: that each child is safe, and what is done."""
    yield Heading("Cases with a section that was given the lowest grade", 2)
    if not contents.lowest_by_section:
        yield Paragraph(("There is none.",))
        return
    yield Paragraph((ASSURANCE,))
    for case in contents.lowest_by_section:
        named = (f"{each.name} ({each.scale.lowest.label})" for each in contents.lowest_of(case))
        yield Heading(f"{case.reference}: {in_a_sentence(named)}", 3)
        yield from assured(contents, case)


def _beside(contents: Contents, numbers: Numbers) -> Iterator[Part]:
    """Self-grades of sections beside the ratified grades, without sections that have too few to compare."""
    figures = contents.statistics.sections
    compared = [each for each in contents.sections if figures[each.key].ratified.enough]
    rows = tuple(
        (
            inline(each.name),
            inline(f"{figures[each.key].ratified.compared:,}"),
            *(
                numbers.line(number, SECTION_MOVED, each.key, row)
                for number, row in (
                    (figures[each.key].ratified.up, "up"), (figures[each.key].ratified.same, "same"),
                    (figures[each.key].ratified.down, "down"),
                )
            ),
        )
        for each in compared
    )  # fmt: skip
    head = ("Section", "Self-grades compared", "Judgement better", "The same", "Judgement worse")
    caption = "Self-grades beside the judgement, by section"
    yield from [Table(caption, head, rows, (3, 1.2, 1, 1, 1), frozenset({1, 2, 3, 4}))] if rows else []
    few = [each.name for each in contents.sections if each not in compared]
    if few:
        yield Paragraph((f"Fewer than {FEWEST} self-grades can be compared, so none are: {in_a_sentence(few)}.",))
    moved = [each for each in contents.sections if figures[each.key].moderated.up or figures[each.key].moderated.down]
    if moved:
        yield Paragraph(("When returns were moderated:",))
        yield Bullets(tuple(
            inline(
                f"{each.name}: ",
                *numbers.line(figures[each.key].moderated.up, SECTION_MODERATED, each.key, "up"), " made better and ",
                *numbers.line(figures[each.key].moderated.down, SECTION_MODERATED, each.key, "down"), " worse.",
            )
            for each in moved
        ))  # fmt: skip


def cases(contents: Contents) -> Iterator[Part]:
    """The ratified grade of each section of each case, a few sections side by side."""
    for place in range(0, len(contents.sections), ACROSS):
        across = contents.sections[place : place + ACROSS]
        rows = tuple(
            (inline(case.reference), *(inline(_given(each, case)) for each in across)) for case in contents.cases
        )
        head = ("Case", *(each.name for each in across))
        yield Table("What the meeting gave each section", head, rows, (3, *(14 / len(across) for _ in across)))


def _given(section: GradedSection, case: JudgedCase) -> str:
    name = case.sections.get(section.key, AWAITING)
    return dict(section.scale.options).get(name, "–")  # noqa: RUF001  # an empty cell
