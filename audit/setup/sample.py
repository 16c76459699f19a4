"""Sampling a cycle's cases: a number from each area, drawn at random from a list; and repeating a draw to check it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, require_coordinator
from audit.errors import Refused
from audit.filled_form import require_as_filled
from audit.labels import AS_TEXT
from audit.pasted import Bad, Unreadable, comparable_name, fingerprint, fitting, numbered, sentence
from audit.people.agencies import AgencyLine, everything
from audit.row_by_id import existing
from audit.setup.case_list import OTHER_CASES, NameableAgencies, known_names, mark_of_cases, require_placed
from audit.setup.load import add_case, first_places
from audit.setup.plan import planned
from audit.setup.random_draw import draw, fresh_seed, list_hash, read
from storage.cases import Case
from storage.clock import now
from storage.cycles import Cycle, CycleArea, CycleState, Sample
from storage.mappings import by_first
from storage.people import WHOLE, Area, Person
from storage.promises import PromiseKind, promise

VERB = "sample.draw"
SEED_LIMIT = 64
MOST_DRAWN = 100
"""The most cases drawn from an area, or from all."""


@dataclass(frozen=True)
class Stratum:
    """An area's part of a sample: how many references were listed and wanted, and those drawn."""

    area: str
    listed: int
    wanted: int
    drawn: tuple[str, ...]


@dataclass(frozen=True)
class SampleInput:
    """The input of a draw: the list, in as many fields as it needs; and quotas, an area and a number in each line."""

    texts: tuple[str, ...]
    quotas: str
    seed: str
    agency_ids: tuple[str, ...]


@dataclass(frozen=True)
class SampleLine:
    """A sample that was drawn. `strata`: area -> (number listed, number drawn)."""

    id: str
    cycle_id: str
    number: int
    seed: str
    list_hash: str
    strata: Mapping[str, tuple[int, int]]
    drawn_at: datetime
    drawn_by: str


@dataclass(frozen=True)
class Draw:
    """A sample to be drawn, as its form shows it. `planned`: cases can still be added to the cycle.

    `quotas`: as typed, an area and a number in each line, or just a number (if not `by_area`); `chosen`: agencies' ids.
    `mark`: of the cases that were there when the form was opened and, if it can be drawn (`storable`), of what is
    shown.
    """

    cycle_id: str
    name: str
    planned: bool
    now: datetime
    agencies: tuple[AgencyLine, ...]
    earlier: tuple[SampleLine, ...]
    texts: tuple[str, ...] = ()
    quotas: str = ""
    seed: str = ""
    chosen: tuple[str, ...] = ()
    strata: tuple[Stratum, ...] = ()
    bad: tuple[Bad, ...] = ()
    mark: str = ""
    storable: bool = False
    stored: bool = False
    by_area: bool = True


@dataclass(frozen=True)
class Check:
    """A repeated draw. `astray`: drawn references that aren't cases of the cycle."""

    sample: SampleLine
    list_hash: str
    drawn: Mapping[str, tuple[str, ...]]
    astray: tuple[str, ...]
    bad: tuple[Bad, ...]

    @property
    def same(self) -> bool:
        """Whether this is the list from which the sample was drawn."""
        return self.list_hash == self.sample.list_hash and not self.bad


def begin(session: Session, who: Actor, cycle_id: str) -> Draw:
    """An empty form with the areas' quotas and a new seed, for a coordinator; and the samples drawn before."""
    require_coordinator(who, VERB, cycle_id)
    cycle = _cycle(session, cycle_id)
    agencies = everything(session).agencies
    if cycle.state == CycleState.PLANNED:
        require_placed(session, cycle_id)
    mark = mark_of_cases(known_names(session, cycle_id))
    quotas = _quotas(session, cycle_id)
    lines = (f"{area}: {quota or 0}" if area else str(quota or 0) for area, quota in quotas.items())
    return Draw(
        cycle_id, cycle.name, planned=cycle.state == CycleState.PLANNED, by_area=WHOLE not in quotas,
        now=now(session), agencies=agencies, earlier=earlier(session, cycle_id), quotas="\n".join(lines),
        seed=fresh_seed(), chosen=tuple(each.id for each in agencies), mark=mark,
    )  # fmt: skip


def _quotas(session: Session, cycle_id: str) -> dict[str, int | None]:
    """Area -> the number of cases to sample there, or None; sorted by label."""
    rows = session.execute(
        select(Area.label, func.max(CycleArea.quota))
        .join(CycleArea, CycleArea.area_id == Area.id)
        .where(CycleArea.cycle_id == cycle_id)
        .group_by(Area.label)
        .order_by(Area.label)
    )
    return by_first(rows)


def _cycle(session: Session, cycle_id: str) -> Cycle:
    return existing(session, Cycle, cycle_id)


def earlier(session: Session, cycle_id: str) -> tuple[SampleLine, ...]:
    """The samples drawn for a cycle, newest first."""
    rows = session.execute(
        select(Sample, Cycle.number, Person.label)
        .join(Cycle, Cycle.id == Sample.cycle_id)
        .join(Person, Person.id == Sample.by_id)
        .where(Sample.cycle_id == cycle_id)
        .order_by(Sample.id.desc())
    )
    return tuple(_line(*row) for row in rows)


def _line(sample: Sample, number: int, drawn_by: str) -> SampleLine:
    strata = {area: (counts["listed"], counts["drawn"]) for area, counts in sample.strata.items()}
    return SampleLine(
        sample.id, sample.cycle_id, number, sample.seed, sample.list_hash, strata, sample.drawn_at, drawn_by
    )


def submit(session: Session, who: Actor, cycle_id: str, given: SampleInput, seen: str = "") -> Draw:
    """What would be drawn; stored with its cases once `seen` is the mark of what is shown now.

    Refused at `quotas`, `seed` or `agencies`; at `quotas`, too, if cases were added since the form was opened: more
    would be drawn than are wanted. Sending the same input again adds nothing.
    """
    require_coordinator(who, VERB, cycle_id)
    cycle = planned(session, cycle_id, locked=True)
    known = known_names(session, cycle_id)
    agencies = everything(session).agencies
    chosen = tuple(each.id for each in agencies if each.id in given.agency_ids)
    if not chosen:
        raise Refused("Please choose the agencies that are involved.", field="agencies")
    seed = _seed(given.seed)
    drawn, bad = _drawn(session, cycle_id, given, seed, known)
    done = [(each.seed, each.list_hash, each.strata) for each in earlier(session, cycle_id)]
    there = [known.cases.get(comparable_name(each)) for stratum in drawn.strata for each in stratum.drawn]
    same = all(each is not None and each[1] == {*chosen} for each in there)
    again = same and (seed, drawn.hashed, drawn.counts) in done
    opened, (seen_then, _, shown) = mark_of_cases(known), seen.partition("-")
    if not again:
        require_as_filled(seen_then, opened, OTHER_CASES, "quotas")
        bad = [*bad, *_there(drawn.strata, known)]
    mark = fingerprint(cycle_id, seed, drawn.hashed, [(each.area, each.drawn) for each in drawn.strata], chosen)
    storable = not bad and any(each.drawn for each in drawn.strata)
    agreed = storable and shown == mark
    if agreed and not again:
        _store(session, who, cycle_id, drawn, seed, chosen)
    return Draw(
        cycle_id, cycle.name, planned=True, by_area=WHOLE not in known.areas, now=now(session), agencies=agencies,
        earlier=earlier(session, cycle_id), texts=given.texts, quotas=given.quotas, seed=seed, chosen=chosen,
        strata=drawn.strata, bad=tuple(bad), storable=storable, stored=agreed,
        mark=f"{opened}-{mark}" if storable else seen_then or opened,
    )  # fmt: skip


@dataclass(frozen=True)
class _Drawn:
    """The result of a draw. `areas`: label -> id; `hashed`: the list's hash."""

    strata: tuple[Stratum, ...]
    areas: Mapping[str, str]
    hashed: str

    @property
    def counts(self) -> dict[str, tuple[int, int]]:
        return {each.area: (each.listed, len(each.drawn)) for each in self.strata}


def _drawn(
    session: Session, cycle_id: str, given: SampleInput, seed: str, known: NameableAgencies
) -> tuple[_Drawn, list[Bad]]:
    areas = {label: known.areas[comparable_name(label)] for label in _quotas(session, cycle_id)}
    listed, bad = read(given.texts, known)
    wanted = _wanted(given.quotas, known)
    by_label = {label: listed.get(area, []) for label, area in areas.items()}
    strata = tuple(
        Stratum(
            label, len(references), wanted.get(areas[label], 0), draw(references, seed, wanted.get(areas[label], 0))
        )
        for label, references in by_label.items()
    )
    return _Drawn(strata, areas, list_hash(by_label)), bad


def _wanted(quotas: str, known: NameableAgencies) -> dict[str, int]:
    wanted = {}
    for _, line in numbered(quotas):
        name, _, number = line.strip().replace("\t", " ").rpartition(" ")
        area = known.areas.get(comparable_name(name.rstrip(" :,=;")))
        if area is None or not (number.isascii() and number.isdecimal() and int(number[:4]) <= MOST_DRAWN):
            lines = f"an area of this audit, a colon and a number up to {MOST_DRAWN} in each line"
            alone = f"a whole number up to {MOST_DRAWN}"
            raise Refused(f"Please write {alone if WHOLE in known.areas else lines}.", field="quotas")
        wanted[area] = int(number)
    return wanted


def _seed(seed: str) -> str:
    try:
        kept = fitting(AS_TEXT, seed)
    except Unreadable as why:
        raise Refused(sentence(str(why)), field="seed") from None
    if len(kept) > SEED_LIMIT:
        raise Refused(f"At most {SEED_LIMIT} characters fit.", field="seed")
    return kept


def _there(strata: Sequence[Stratum], known: NameableAgencies) -> list[Bad]:
    known_already = [each for stratum in strata for each in stratum.drawn if comparable_name(each) in known.cases]
    return [
        Bad(0, f"{each} would be drawn and is in this audit already: take it off the list") for each in known_already
    ]


def _store(  # noqa: PLR0917  # what is stored
    session: Session, who: Actor, cycle_id: str, found: _Drawn, seed: str, agency_ids: tuple[str, ...]
) -> None:
    strata = {area: {"listed": listed, "drawn": count} for area, (listed, count) in found.counts.items()}
    sample = Sample(
        cycle_id=cycle_id, seed=seed, list_hash=found.hashed, strata=strata, drawn_at=now(session), by_id=who.person_id
    )
    session.add(sample)
    places = first_places(session, cycle_id)
    for stratum in found.strata:
        for reference in stratum.drawn:
            case = add_case(session, places[found.areas[stratum.area]], reference, agency_ids)
            trail.record(session, who, "case.add", subject_id=case.id, cycle_id=cycle_id, detail=f"sample {sample.id}")
    trail.record(session, who, "sample.draw", subject_id=sample.id, cycle_id=cycle_id, detail=f"list {found.hashed}")
    promise(session, PromiseKind.CYCLE, cycle_id, now(session))
    session.flush()


def drawn(session: Session, who: Actor, sample_id: str) -> SampleLine:
    """A sample that was drawn, for a coordinator; NotFound."""
    require_coordinator(who, VERB, sample_id)
    sample = existing(session, Sample, sample_id)
    return _line(sample, _cycle(session, sample.cycle_id).number, session.get_one(Person, sample.by_id).label)


def check(session: Session, who: Actor, sample_id: str, texts: Sequence[str]) -> Check:
    """Repeat a sample's draw with a pasted list, and compare the result with the cycle's cases."""
    line = drawn(session, who, sample_id)
    listed, bad = read(texts, NameableAgencies({comparable_name(area): area for area in line.strata}, {}))
    redrawn = {area: draw(listed.get(area, ()), line.seed, count) for area, (_, count) in line.strata.items()}
    references = set(session.scalars(select(Case.reference).where(Case.cycle_id == line.cycle_id)))
    astray = tuple(each for area in redrawn.values() for each in area if each not in references)
    trail.record(session, who, "sample.check", subject_id=sample_id, cycle_id=line.cycle_id)
    return Check(line, list_hash(listed), redrawn, astray, tuple(bad))
