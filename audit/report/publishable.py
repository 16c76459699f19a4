"""Disclosure: what the public may be told of a version, given all that was published before.

This is the only gate for what leaves the partnership (the public edition and the learning briefing): no such edition is
drawn without it. A table that would let somebody be sure of one child's outcome is left out as a whole
(audit.disclosure).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from audit.disclosure.choose import ChosenOffers, choose
from audit.disclosure.published_before import ALL, RATIFIED, SECTION, STRENGTH, THEME, CaseState, Fact, PublishedVersion
from audit.disclosure.risks import PUBLIC, Risk, Rules
from audit.errors import Refused
from audit.report import paragraphs, public_facts
from audit.report.contents import Contents
from audit.scales import NO_OVERALL, NOT_GRADED, REASONS
from storage.reports import Edition

FEWEST = 3
"""The fewest cases of which anything is published."""
LEFT_OUT = "left out so that no child can be recognised"
CALLED: dict[str, str] = {Edition.PUBLIC: "public edition", Edition.BRIEFING: "learning briefing"}
TABLES = {
    public_facts.JUDGEMENTS: "The judgements of all cases",
    public_facts.NAMES: "Which learning themes were found",
    public_facts.THEMES: "In how many cases each learning theme was found",
    public_facts.STRENGTHS: "In how many cases strengths were found",
    public_facts.PLACES: "How many cases each area has",
    public_facts.SELF_GRADES: "The agencies' own grades, all together",
    public_facts.BY_AREA: "The judgements by area",
    public_facts.AGENCIES: "The agencies' own grades, by agency",
}
"""Table -> its name in sentences."""
_LEFT_OUT_BEFORE = "it was left out of an earlier publication, and stays so"
_FINDINGS_CHANGED = "findings have changed since an earlier publication, or count as other learning themes"
_MOST = 3
"""The most numbers named as the reason why a table is left out."""


@dataclass(frozen=True)
class Publishable:
    """What may be shown to the public: the tables of audit.report.public_facts that are `told`."""

    told: frozenset[str]

    def tells(self, table: str) -> bool:
        """Whether a table may be shown."""
        return table in self.told

    @property
    def areas(self) -> bool:
        """Whether the areas are named."""
        return self.tells(public_facts.PLACES) or self.tells(public_facts.BY_AREA)


@dataclass(frozen=True)
class Before:
    """What the public has read of a cycle, and what was withheld. `last`: a clause on the last published version."""

    told: tuple[PublishedVersion, ...] = ()
    withheld: frozenset[str] = frozenset()
    last: str = ""


@dataclass(frozen=True)
class Decision:
    """What an edition shows, what it leaves out and why, in words. `known`: what earlier publications reveal.

    `refused`: why nothing of it may be published, or "". `sections`: name of a section's table -> the section's name.
    `rules`: those by which this was decided: (the least number that isn't small, the fewest cases for figures about
    all).
    """

    told: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    known: tuple[str, ...]
    facts: frozenset[Fact]
    refused: str = ""
    sections: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[int, int] | None = None

    def table(self, name: str) -> str:
        """A table's name in sentences."""
        return TABLES[name] if name in TABLES else f"The judgements of the section “{self.sections[name]}”"

    @property
    def shown(self) -> Publishable:
        """The decision in the form in which the edition is drawn."""
        return Publishable(frozenset(self.told))


def require_final(contents: Contents, edition: str) -> None:
    """Refuse an edition for the public if a case isn't ratified, or if there are too few."""
    total = contents.tally.ratified.total
    if contents.draft:
        unratified = f"{contents.ratified} of {total} cases are ratified"
        raise Refused(f"There is no {CALLED[edition]} before every case is ratified: {unratified}.")
    if total < FEWEST:
        raise Refused(f"There is no {CALLED[edition]} of fewer than {FEWEST} cases: a child could be recognised.")


def decide(contents: Contents, edition: str, before: Before, rules: Rules) -> Decision:
    """What an edition (storage's Edition) for the public may tell. Takes seconds."""
    require_final(contents, edition)
    stood = public_facts.case_states(contents)
    withheld = _withheld(before, stood)
    choice = choose(
        before.told,
        stood,
        public_facts.offers(contents, edition),
        public_facts.kinds(contents),
        rules,
        withheld=withheld,
    )
    words = _Words(contents)
    left_out = tuple((name, withheld.get(name) or words.why(risks, rules)) for name, risks in choice.left_out.items())
    known = tuple(words.of(risk) for risk in _sorted(choice.known))
    sections = {public_facts.of_section(each.key): each.name for each in contents.sections}
    changed = any({*stood} != {*each.cases} for each in before.told)
    refused = _refused(choice, before, words, edition) if changed else ""
    return Decision(choice.chosen, left_out, known, choice.facts, refused, sections, (rules.threshold, rules.enough))


def _withheld(before: Before, stood: Iterable[CaseState]) -> Mapping[str, str]:
    """Table -> why it is left out, whatever its numbers are."""
    changed = public_facts.OF_FINDINGS if _findings_changed(before.told, stood) else ()
    return dict.fromkeys(changed, _FINDINGS_CHANGED) | dict.fromkeys(before.withheld, _LEFT_OUT_BEFORE)


def _findings_changed(told: Iterable[PublishedVersion], stood: Iterable[CaseState]) -> bool:
    """Whether a case's findings count otherwise than in an earlier publication that had any.

    The model knows how many cases changed, but not that one was opened again and others only got another label.
    """
    now = {case.reference: (case.themes, case.strong) for case in stood}
    return any(
        now.get(case.reference, (case.themes, case.strong)) != (case.themes, case.strong)
        for earlier in told
        if any(case.themes for case in earlier.cases)
        for case in earlier.cases
    )


def _refused(found: ChosenOffers, before: Before, words: "_Words", edition: str) -> str:
    """A sentence if the figures for all cases would add to what earlier publications reveal, or "".

    If no case has changed since those, these figures are just left out, as in a first publication.
    """
    added = [risk for name in public_facts.BY_DECISION for risk in found.left_out.get(name, ())]
    if not added:
        return ""
    sure = words.of(_sorted(added)[0])
    return (
        f"This {CALLED[edition]} would add to what earlier publications reveal: {before.last}. Whoever has both "
        "could be"
        f" sure {sure}. Give out the earlier one again; what has changed since is for the full edition."
    )


def _sorted(risks: Iterable[Risk]) -> list[Risk]:
    """Risks sorted: what anybody could tell before what an agency could, and judgements first."""

    def place(risk: Risk) -> tuple[object, ...]:
        of_cases = (risk.what != RATIFIED, risk.row == ALL)
        return (risk.who != PUBLIC, *of_cases, risk.one, risk.what, risk.part, risk.area, risk.row)

    return sorted(risks, key=place)


class _Words:
    """Risks, in words."""

    def __init__(self, contents: Contents) -> None:
        self._labels = {grade.key: grade.label for grade in contents.scale.grades}
        self._labels |= {f"{NOT_GRADED}:{reason}": f"not graded ({label.lower()})" for reason, label in REASONS.items()}
        self._labels[NO_OVERALL] = "graded by section alone"
        self._labels |= {NOT_GRADED: "not graded", "nil": "nil", "declined": "declined", "awaiting": "not there",
                         "missed": "not there"}  # fmt: skip
        self._sections = {each.key: each for each in contents.sections}

    def why(self, risks: Iterable[Risk], rules: Rules) -> str:
        """Why a table with these risks is left out."""
        if not risks:
            return f"there are fewer than {rules.enough} cases, so no number about them is published"
        if any(risk.undecided for risk in risks):
            return "whether it is safe couldn't be found out in time"
        named = dict.fromkeys(self.of(risk) for risk in _sorted(risks))
        first_named = "; ".join(list(named)[:_MOST])
        counted = f"; of {len(named)} numbers in all" if len(named) > _MOST else ""
        return f"whoever reads it could be sure {first_named}{counted}"

    def of(self, risk: Risk) -> str:
        """A risk, as in "how many cases of East were judged Good"."""
        who = f" (if they know the cases of {risk.who})" if risk.who else ""
        among = " among those that changed since another version" if risk.changed else ""
        return f"{self._number(risk)}{among}{who}"

    def _number(self, risk: Risk) -> str:
        if risk.what in (THEME, STRENGTH):
            where = f" of {risk.area}" if risk.area else ""
            about = f"“{risk.part}”" if risk.part else "any learning theme"
            found = f"{'a strength about ' if risk.what == STRENGTH else ''}{about} was found"
            return f"that in {_all('cases', risk)}{where} {found}" if risk.one else f"in how many cases{where} {found}"
        if risk.what == SECTION:
            return self._of_section(risk)
        label = self._labels.get(risk.row, risk.row)
        of = f" of {risk.part}" if risk.part else ""
        if risk.what == RATIFIED and risk.row == ALL:
            return f"how many cases{of} were audited"
        if risk.what == RATIFIED:
            cases = f"that {_all('cases', risk)}" if risk.one else "how many cases"
            return f"{cases}{of} were judged {label}"
        if risk.row == ALL:
            return f"how many returns there are{of}"
        return f"that {_all('self-grades', risk)}{of} are {label}" if risk.one else f"how many returns{of} are {label}"

    def _of_section(self, risk: Risk) -> str:
        section = self._sections.get(risk.part)
        name, options = (section.name, dict(section.scale.options)) if section else (risk.part, {})
        given = options.get(risk.row, self._labels.get(risk.row, risk.row))
        which = f"“{name}” was given {given}"
        return f"that in {_all('cases', risk)} {which}" if risk.one else f"in how many cases {which}"


def _all(what: str, risk: Risk) -> str:
    """How much of a group a reader could be sure to be in one grade, in words; see audit.disclosure.risks.OTHERS."""
    together = not (risk.changed or (risk.area if risk.what in (THEME, SECTION) else risk.part))
    return f"all {what}, or all but one or two," if together else f"all {what}"


def texts(contents: Contents, shown: Publishable | None) -> Mapping[str, str]:
    """Place -> text of what people wrote, as far as an edition has it. `shown`: None for the full edition.

    If learning themes aren't named, texts about themes, and texts that name one, are left out.
    """
    if shown is None:
        return contents.written
    hidden = () if shown.tells(public_facts.NAMES) else tuple(theme.label.casefold() for theme in contents.themes)
    public = {place: contents.written[place] for place in contents.public_places}
    return {
        place: text
        for place, text in public.items()
        if not (hidden and place.startswith(paragraphs.THEME)) and not any(label in text.casefold() for label in hidden)
    }


def written(contents: Contents) -> Iterator[str]:
    """The texts by people that an edition for the public would show."""
    yield from (contents.title, contents.theme, contents.origin, contents.period)
    yield from (theme.label for theme in contents.themes)
    yield from (each.text for each in contents.recommendations)
    yield from (text for each in contents.actions if not each.reference for text in (each.text, each.owner))
    yield from (contents.written[place] for place in contents.public_places)
