"""The report's other chapters: how the audit was made, its learning themes, and the next steps."""

from collections.abc import Iterable, Iterator

from audit.actions.actions import IMPACTS, STATES
from audit.proposal import NONE, RULES
from audit.report.contents import Contents, Owed, ReportedFinding, Theme
from audit.report.methods import DrawnSample
from audit.report.provenance import CASES, THEME
from audit.report.public_facts import NAMES, PLACES, THEMES, in_how_many
from audit.report.publishable import LEFT_OUT, Publishable
from audit.scales import grouped_by_scale
from audit.themes.recurrence import Recurring
from views.documents import Bullets, Heading, Line, Paragraph, Part, Table, inline
from views.report.grades_chapter import ABOUT
from views.report.numbers import Numbers, by_frequency, ended, in_a_sentence
from views.report.written_parts import of_theme, written
from views.themes.recurrence import words
from views.words import on

_SORTS = {"strength": "Strengths", "concern": "Concerns", "learning": "Learning"}
_SIGNS = {False: "What needs to change", True: "What works well"}
"""The headings for learning themes, by whether they are a strength."""
LEARNING, STRENGTH = "Learning theme", "Strength"
_JUDGED = {
    (False, "required"): "one judgement for the case",
    (True, "required"): "one judgement for the case, and one for each graded section",
    (True, "optional"): "a judgement of each graded section and, where they wanted, one for the case",
    (True, "none"): "a judgement of each graded section",
}
"""(whether sections are graded, the overall grade's rule) -> what a meeting ratifies."""
MORE = "Whether it changed practice"


def introduction(contents: Contents, numbers: Numbers, public: Publishable | None) -> Iterator[Part]:
    """Why and how the audit was made; `public`: what may be published, None in the full edition."""
    yield Heading("1 Introduction and Background")
    yield from written(contents, "introduction", public)
    yield Paragraph((f"This audit looked at how agencies work together. Its theme: {ended(contents.theme)}",))
    yield Paragraph((f"Where it came from: {contents.origin}",))
    if contents.period:
        yield Paragraph((f"The period looked at: {ended(contents.period)}",))
    yield Heading("The sample", 2)
    yield from _sample(contents, numbers, public)
    yield Heading("Agencies", 2)
    yield Paragraph((f"These agencies took part: {in_a_sentence(label for label, _ in contents.agencies)}.",))
    yield Heading("How it was done", 2)
    yield from _method(contents, public)


def _sample(contents: Contents, numbers: Numbers, public: Publishable | None) -> Iterator[Part]:
    total = contents.tally.ratified.total
    number = numbers.line(total, CASES)
    several = "case was" if total == 1 else "cases were"
    if contents.areas and (public is None or public.areas):
        yield Paragraph(inline(*number, f" {several} audited, from {in_a_sentence(contents.areas)}."))
    else:
        yield Paragraph(inline(*number, f" {several} audited."))
    if contents.areas and (public is None or public.tells(PLACES)):
        rows = tuple(
            (inline(area), numbers.line(count.total, CASES, area)) for area, count in contents.tally.by_area.items()
        )
        yield Table("Cases by area", ("Area", "Cases"), rows, (4, 1), frozenset({1}), share=0.6)
    elif len(contents.areas) > 1:
        yield Paragraph((f"How many cases each area has is {LEFT_OUT}.",))
    if not contents.method.samples:
        yield Paragraph(("The partnership chose the cases; they were not drawn at random.",))
    elif public:
        of_area = " for each area" if contents.areas else ""
        yield Paragraph((f"Cases were drawn at random from a list{of_area}.",))
    else:
        yield Paragraph(("Cases were drawn at random. With the same list and seed, the same cases are drawn again:",))
        yield Bullets(tuple(inline(_drawn(each)) for each in contents.method.samples))


def _drawn(sample: DrawnSample) -> str:
    parts = in_a_sentence(f"{area} {drawn} of {number}".lstrip() for area, (number, drawn) in sample.strata.items())
    return f"On {on(sample.on)}: {parts}. Seed: {sample.seed}. Fingerprint of the list (SHA-256): {sample.list_hash}"


def _method(contents: Contents, public: Publishable | None) -> Iterator[Part]:
    made = contents.method
    opened = f"Returns were asked for on {on(made.opened_on)}, by" if made.opened_on else "Returns were due by"
    judged = _JUDGED[bool(contents.sections), contents.overall]
    how = (
        "Each agency was asked about its own work in a case, and to grade that. An audit meeting discussed every case."
        f" There the agencies ratified {judged}: people decide it together, and no average is taken."
    )
    yield Paragraph((f"{opened} {on(contents.due_on)}. {how}",))
    yield Paragraph((ABOUT,))
    if contents.proposal != NONE:
        rule = RULES.get(contents.proposal, contents.proposal)
        yield Paragraph((f"For each case the meeting was shown a proposal, by a rule: {rule}. People ratified.",))
    if public:
        yield Paragraph((f"Audit meetings: {in_a_sentence(dict.fromkeys(on(held.on) for held in made.meetings))}.",))
    else:
        yield Paragraph(("Audit meetings:",))
        yield Bullets(tuple(
            inline(
                f"{': '.join(filter(None, (on(held.on), in_a_sentence(held.areas))))}."
                f" Chair: {held.chair or 'not recorded'}."
                f" Agencies there: {in_a_sentence(held.came) or 'not recorded'}."
            )
            for held in made.meetings
        ))  # fmt: skip
    yield Paragraph(("What the grades mean:",))
    yield Bullets(tuple(map(inline, _meanings(contents))))


def _meanings(contents: Contents) -> Iterator[str]:
    """What each grade means; for sections the names of their grades, grouped by scale."""
    for grade in () if contents.overall == "none" else contents.scale.grades:
        yield f"{grade.label}: {grade.descriptor}" if grade.descriptor else grade.label
    groups = grouped_by_scale(contents.sections, lambda each: each.scale)
    for group in groups:
        names = in_a_sentence(each.name for each in group) if len(groups) > 1 or len(group) == 1 else "Each section"
        yield f"{names}: {in_a_sentence(grade.label for grade in group[0].scale.grades)}"
    if any(each.scale.not_applicable for each in contents.sections):
        yield "Not applicable: counted separately, and left out of the others' total."
    yield "Not graded: always with a reason, and always counted."


def themes(contents: Contents, numbers: Numbers, public: Publishable | None) -> Iterator[Part]:
    """The learning themes, and in the full edition the findings of each."""
    yield Heading("3 Themes")
    yield from written(contents, "themes", public)
    if public and not public.tells(NAMES):
        yield Paragraph((f"The learning themes are {LEFT_OUT}.",))
        return
    if not contents.themes:
        yield Paragraph(("No learning theme has been linked to a finding.",))
    else:
        yield Paragraph(("A learning theme counts once for a case, however many findings of the case are about it.",))
        yield from _by_sign(contents, numbers, public)
        if public and not public.tells(THEMES):
            yield Paragraph((f"In how many cases each was found is {LEFT_OUT}.",))
    unanswered = [each.label for each in contents.themes if not (each.recommended or each.strength)]
    if unanswered and public is None:  # what a board has left undone isn't published
        yield Paragraph((f"No recommendation answers these themes yet: {in_a_sentence(unanswered)}.",))
    again = [(each, said_again) for each in contents.themes if (said_again := _again(each.past))]
    if again and public is None:  # what is published of an audit is checked by itself
        yield Paragraph(("Found in more than one audit:",))
        yield Bullets(tuple(inline(f"{each.label}: {audits}") for each, audits in again))
    yield from _each(contents, numbers, public)
    if public is None:
        unthemed = [finding for finding in contents.findings if finding.theme is None]
        if unthemed:
            yield Heading("Findings without a learning theme", 2)
            yield from _findings(unthemed)


def _each(contents: Contents, numbers: Numbers, public: Publishable | None) -> Iterator[Part]:
    """The texts about each theme, ordered by label in public; in the full edition also its cases and findings."""
    for each in sorted(contents.themes, key=lambda theme: theme.label) if public else contents.themes:
        texts = [*of_theme(contents, each.label, public)]
        if texts or public is None:
            yield Heading(each.label, 2)
            yield from texts
        if public is None:
            yield Paragraph(inline("Found in ", *_of(numbers, each), f" cases: {in_a_sentence(each.references)}."))
            yield from _findings(finding for finding in contents.findings if finding.theme == each.label)


def _by_sign(contents: Contents, numbers: Numbers, public: Publishable | None) -> Iterator[Part]:
    for strength, heading in _SIGNS.items():
        of_sign = by_frequency((each for each in contents.themes if each.strength == strength), public)
        if of_sign:
            yield Heading(heading, 2)
            yield _themes(contents, numbers, public, of_sign)


def _themes(contents: Contents, numbers: Numbers, public: Publishable | None, found: list[Theme]) -> Part:
    """The number of cases of each theme of a sign, and in the full edition the recommendation that answers it."""
    if public and not public.tells(THEMES):
        return Bullets(tuple(inline(each.label) for each in found))
    name = STRENGTH if found[0].strength else LEARNING
    if public:
        counts = tuple((inline(each.label), inline(in_how_many(len(each.references), each.of))) for each in found)
        return Table(f"{name}s", (name, "Cases"), counts, (4, 1.4), share=0.6)
    rows = tuple((inline(each.label), _of(numbers, each), inline(_answered(contents, each))) for each in found)
    return Table(f"{name}s", (name, "Cases", "Recommendation"), rows, (4, 1.4, 2.4))


def _of(numbers: Numbers, theme: Theme) -> Line:
    return inline(*numbers.line(len(theme.references), THEME, theme.label), f" of {theme.of}")


def _answered(contents: Contents, theme: Theme) -> str:
    answers = [str(each.number) for each in contents.recommendations if theme.label in each.themes]
    if not answers:
        return "None needed" if theme.strength else "None yet"
    return f"Recommendation {in_a_sentence(answers)}"


def _again(past: Recurring | None) -> str:
    """The audits in which a theme was found, and what was recommended; "" if only this one."""
    if past is None or len(past.named) < 2:  # noqa: PLR2004  # more than one
        return ""
    return words(past)


def _findings(findings: Iterable[ReportedFinding]) -> Iterator[Part]:
    each = list(findings)
    for kind, heading in _SORTS.items():
        of_kind = [one for one in each if one.kind == kind]
        if of_kind:
            yield Heading(heading, 3)
            yield Bullets(tuple(
                inline(f"{one.reference}, {one.agency or 'several agencies together'}: {one.text}") for one in of_kind
            ))  # fmt: skip


def next_steps(contents: Contents, public: Publishable | None) -> Iterator[Part]:
    """What was recommended, and the actions that follow from it."""
    yield Heading("4 Next Steps")
    yield from written(contents, "next_steps", public)
    yield Heading("Recommendations", 2)
    if not contents.recommendations:
        yield Paragraph(("The sub-group has made no recommendation yet.",))
    for each in contents.recommendations:
        yield Heading(f"Recommendation {each.number}", 3)
        yield Paragraph((each.text,))
        named = public is None or public.tells(NAMES)
        facts = [f"Answers: {in_a_sentence(each.themes)}"] if each.themes and named else []
        facts += [f"To: {in_a_sentence(each.agencies)}"] if each.agencies else []
        yield Bullets(tuple(inline(fact) for fact in (*facts, f"State: {STATES[each.state]}")))
    yield Heading("Actions", 2)
    shown = [each for each in contents.actions if public is None or (each.recommendation and not each.reference)]
    if shown:
        yield _actions(shown)
    else:
        yield Paragraph(("There are no actions to show yet.",))
    if public:
        yield Paragraph(("Actions that came from a single case are not shown here.",))
    if any(each.state in {"done", "verified"} for each in shown):
        yield Paragraph((f"{MORE}: {_impact(shown)}.",))


def _actions(shown: Iterable[Owed]) -> Table:
    rows = tuple(
        (
            inline(str(each.number or "")),
            inline(each.text),
            inline(_from(each)),
            inline(f"{each.agency}: {each.owner}" if each.agency else each.owner),
            inline(on(each.due_on)),
            inline(STATES[each.state]),
            inline(IMPACTS.get(each.impact or "", "Not said yet")),
        )
        for each in shown
    )
    head = ("No.", "What is to be done", "From", "Who", "Due", "State", "Changed practice?")
    return Table("Actions", head, rows, (0.9, 3.6, 2.4, 2, 1.4, 1.2, 1.5))


def _from(action: Owed) -> str:
    sources = [f"Recommendation {action.recommendation}"] if action.recommendation else []
    return ", ".join([*sources, *([action.reference] if action.reference else [])]) or "The sub-group"


def _impact(shown: Iterable[Owed]) -> str:
    said_so = [each.impact for each in shown if each.impact]
    counts = [f"{label.lower()} {said_so.count(key)}" for key, label in IMPACTS.items() if key in said_so]
    return in_a_sentence(counts) if counts else "nobody has said yet"
