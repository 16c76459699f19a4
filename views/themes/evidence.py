"""The findings of a cycle's meetings: learning themes with their counts, and every finding by case."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from audit.findings.findings import FindingView, ThemeCount
from audit.themes.evidence import Evidence, Tagged
from views.cases.summary import DISCUSS
from views.findings import findings
from views.pages import Unit, pages
from views.parts import Block, View, button, context, count_of, divider, escape, header, modal, section
from views.themes.merge import OPEN, UNANSWERED, names, of_cases
from views.words import beside

SHOW = "findings.show"
"""The button that shows a cycle's themes and findings (value: the cycle's id)."""
PAGE = "findings.page"

_COUNTED = (
    "A theme counts once for a case, however many of the meeting's findings are about it. What agencies tag in their"
    " returns is not counted."
)


def view(evidence: Evidence, page: int = 0) -> View:
    """A page of themes and findings."""
    current = pages(_units(evidence)).nearest(page)
    top = section(f"*{escape(evidence.title)}* · {count_of(evidence.of, 'case')}{current.where}")
    return modal("Findings", [top, *current.blocks, *current.turning(PAGE)], record_id=evidence.cycle_id)


def _units(evidence: Evidence) -> Iterator[Unit]:
    yield "", [header("Learning themes"), context(_COUNTED)]
    if not evidence.themes:
        yield "", [section("No finding is about a learning theme yet.")]
    yield from (("Learning themes", [_theme(each)]) for each in evidence.themes)
    if evidence.tagged:
        yield "", [divider(), header("Tagged in returns only")]
        yield from (("Tagged in returns only", [_tagged(each)]) for each in evidence.tagged)
    yield "", [divider(), header(f"Findings by case: {count_of(len(evidence.findings), 'finding')}")]
    for _, of_case in groupby(evidence.findings, key=lambda finding: finding.case_id):
        yield from _case(list(of_case))


def _theme(count: ThemeCount) -> Block:
    lines = [f"*{escape(count.named)}*: {of_cases(count)}", names(count.references)]
    lines += [f"⚠️ *{UNANSWERED}*"] if count.unanswered else []
    return section("\n".join(lines), button("Open", OPEN, count.theme_id, about=count.theme))


def _tagged(tagged: Tagged) -> Block:
    cases = count_of(len(tagged.references), "case")
    return section(f"*{escape(tagged.theme)}*: tagged by agencies in {cases}, no finding\n{names(tagged.references)}")


def _case(of_case: Sequence[FindingView]) -> Iterator[Unit]:
    reference = of_case[0].reference
    opening = button("Discuss", DISCUSS, of_case[0].case_id, about=reference)
    yield reference, [section(beside(f"*Case {escape(reference)}*", of_case[0].area), opening)]
    yield from ((reference, findings.lines(each)) for each in of_case)
