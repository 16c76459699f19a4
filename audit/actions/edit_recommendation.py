"""Add and change recommendations, and withdraw them once all their actions are closed."""

from dataclasses import dataclass, field, replace

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from audit import moment, trail
from audit.access import Actor, counted_for, require_monitoring
from audit.actions import recommendations
from audit.actions.recommendations import RecommendationView
from audit.errors import NotFound, Refused
from audit.filled_form import Filled, require_as_filled
from audit.findings import earlier_text
from audit.findings.earlier_text import Rewordings
from audit.findings.themes import MOST_OFFERED, OFFERED, standings
from audit.pasted import fingerprint
from audit.people.agencies import MOST_AGENCIES
from audit.row_by_id import existing
from audit.screening import fields
from audit.screening.fields import TypedField
from storage.actions import Recommendation, RecommendationAgency, RecommendationTheme
from storage.cases import Case
from storage.clock import now
from storage.crypto import seal
from storage.cycles import Cycle, LearningTheme
from storage.findings import Finding
from storage.people import Agency
from storage.promises import PromiseKind, promise
from storage.types import LOCK, new_id

TEXT, THEMES, AGENCIES = "text", "themes", "agencies"
"""The form's fields."""
VERB = "recommendation.make"


@dataclass(frozen=True)
class RecommendationWording:
    """A recommendation's form as typed; themes and agencies by id."""

    text: str = ""
    themes: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()


@dataclass(frozen=True)
class RecommendationForm(Filled):
    """The form of a recommendation. `record_id`: the recommendation's id, or the cycle's for a new one.

    `mark`: for a new recommendation the id that it will get, so that sending the form twice makes one; otherwise a
    fingerprint of the version shown. `themes`, `agencies`: (id, label) of what can be chosen, beginning with the themes
    chosen, then those of findings that this person may see. `number`: None for a new one. `before`: the earlier
    wordings of an existing one.
    """

    record_id: str
    cycle_id: str
    cycle_number: int
    themes: tuple[tuple[str, str], ...]
    agencies: tuple[tuple[str, str], ...]
    wording: RecommendationWording = field(default_factory=RecommendationWording)
    number: int | None = None
    before: Rewordings | None = None


def begin(session: Session, who: Actor, cycle_id: str) -> RecommendationForm:
    """The form for a new one, for coordinators and the sub-group. Refused before the first meeting or after closing."""
    require_monitoring(who, VERB, cycle_id)
    cycle = _open_cycle(session, cycle_id)
    return RecommendationForm(
        cycle_id, cycle_id, cycle.number, _themes(session, who, cycle_id, set()), _agencies(session), mark=new_id()
    )  # fmt: skip


def edit(session: Session, who: Actor, recommendation_id: str) -> RecommendationForm:
    """The form to change an existing recommendation."""
    require_monitoring(who, VERB, recommendation_id)
    row = _found(session, recommendation_id)
    _open_cycle(session, row.cycle_id)
    return _form(session, who, row)


def _form(session: Session, who: Actor, row: Recommendation) -> RecommendationForm:
    recommendation = view(session, row)
    wording = RecommendationWording(
        recommendation.text,
        tuple(theme.id for theme in recommendation.themes),
        tuple(agency_id for agency_id, _ in recommendation.agencies),
    )
    return RecommendationForm(
        record_id=row.id,
        cycle_id=row.cycle_id,
        cycle_number=session.get_one(Cycle, row.cycle_id).number,
        mark=_mark(row.id, row.version),
        themes=_themes(session, who, row.cycle_id, set(wording.themes)),
        agencies=_agencies(session),
        wording=wording,
        number=row.number,
        before=earlier_text.of(session, row.id),
    )


def view(session: Session, row: Recommendation) -> RecommendationView:
    """A recommendation with its themes and actions, as lists show it."""
    return next(each for each in recommendations.of_cycle(session, row.cycle_id) if each.id == row.id)


def _mark(recommendation_id: str, version: int) -> str:
    return fingerprint(recommendation_id, version)


def _themes(session: Session, who: Actor, cycle_id: str, chosen: set[str]) -> tuple[tuple[str, str], ...]:
    """(id, label) of themes: the chosen ones, those of findings that `who` may see, then the others on offer."""
    counts_as = standings(session)
    tagged = session.scalars(
        select(Finding.theme_id)
        .join(Case, Case.id == Finding.case_id)
        .where(
            Case.cycle_id == cycle_id,
            Case.withdrawn_at.is_(None),
            counted_for(who),
            Finding.withdrawn_at.is_(None),
            Finding.theme_id.is_not(None),
        )
    )
    named = {counts_as[theme_id].id for theme_id in tagged if theme_id}
    offered = set(session.scalars(select(LearningTheme.id).where(*OFFERED)))
    every = {each.id: each.label for each in counts_as.values() if each.id in chosen | named | offered}
    ranked = sorted(every.items(), key=lambda each: (each[0] not in chosen, each[0] not in named, each[1]))
    return tuple(ranked[:MOST_OFFERED])


def _agencies(session: Session) -> tuple[tuple[str, str], ...]:
    rows = session.execute(select(Agency.id, Agency.label).order_by(Agency.label).limit(MOST_AGENCIES))
    return tuple((agency_id, label) for agency_id, label in rows)


def add(
    session: Session, who: Actor, cycle_id: str, recommendation_id: str, wording: RecommendationWording
) -> RecommendationForm:
    """Add a recommendation under the id that its form carries. Refused at the fields.

    The same form sent again adds nothing; with other answers, it changes the recommendation (audit.findings.edit.add).
    """
    require_monitoring(who, VERB, cycle_id)
    cycle = _open_cycle(session, cycle_id, locked=True)
    existing_row = session.get(Recommendation, recommendation_id)
    if existing_row is not None:
        if existing_row.cycle_id != cycle_id:
            raise NotFound("This form was for another audit. Please close it and open it again.")
        return save(session, who, recommendation_id, _mark(recommendation_id, 1), wording)
    _check(session, who, cycle_id, wording, set())
    newest = session.scalar(select(func.max(Recommendation.number)).where(Recommendation.cycle_id == cycle_id))
    row = Recommendation(
        id=recommendation_id, cycle_id=cycle.id, number=(newest or 0) + 1, version=1, by_id=who.person_id,
        made_at=now(session),
    )  # fmt: skip
    _keep(session, who, row, wording, "recommendation.add")
    return replace(_form(session, who, row), done=True)


def save(
    session: Session, who: Actor, recommendation_id: str, seen: str, wording: RecommendationWording
) -> RecommendationForm:
    """Change a recommendation if `seen` is its current mark. Otherwise return the form again with what was typed.

    The same form sent again changes nothing. Refused at the fields.
    """
    require_monitoring(who, VERB, recommendation_id)
    row = _locked(session, recommendation_id)
    _require_standing(row)
    form = _form(session, who, row)
    stripped = replace(wording, text=wording.text.strip())
    if _same(form.wording, stripped):
        return replace(form, done=True)
    if seen != form.mark:
        return replace(form, wording=wording, again=True)
    _check(session, who, row.cycle_id, wording, set(form.wording.themes))
    if form.wording.text != stripped.text:
        earlier_text.keep(session, row)
        row.by_id, row.worded_at = who.person_id, now(session)
    row.version += 1
    _keep(session, who, row, wording, "recommendation.change")
    return replace(_form(session, who, row), done=True)


def _same(one: RecommendationWording, other: RecommendationWording) -> bool:
    return (one.text, set(one.themes), set(one.agencies)) == (other.text, set(other.themes), set(other.agencies))


def _check(session: Session, who: Actor, cycle_id: str, wording: RecommendationWording, kept: set[str]) -> None:
    fields.check(session, who, {TEXT: TypedField(wording.text, "Say what you recommend.")})
    if set(wording.themes) - dict(_themes(session, who, cycle_id, kept)).keys():
        raise Refused("One of these themes is no longer offered. Please choose again.", THEMES)
    if set(wording.agencies) - dict(_agencies(session)).keys():
        raise Refused("One of these agencies no longer exists. Please choose again.", AGENCIES)


def _keep(session: Session, who: Actor, row: Recommendation, wording: RecommendationWording, verb: str) -> None:
    seal(session, row, "text", wording.text.strip())
    session.add(row)
    session.flush()
    _link_themes(session, row, set(wording.themes))
    session.execute(delete(RecommendationAgency).where(RecommendationAgency.recommendation_id == row.id))
    session.add_all(RecommendationAgency(recommendation_id=row.id, agency_id=each) for each in set(wording.agencies))
    _changed(session, who, row, verb)


def _link_themes(session: Session, row: Recommendation, wanted: set[str]) -> None:
    """Link exactly these themes. A link to a merged theme stays, in case its merger is undone."""
    counts_as = standings(session)
    linked = session.scalars(select(RecommendationTheme).where(RecommendationTheme.recommendation_id == row.id)).all()
    kept = {counts_as[link.theme_id].id for link in linked} & wanted
    for link in linked:
        if counts_as[link.theme_id].id not in wanted:
            session.delete(link)
    session.add_all(RecommendationTheme(recommendation_id=row.id, theme_id=each) for each in wanted - kept)


def withdraw(session: Session, who: Actor, recommendation_id: str, seen: str = "") -> Recommendation:
    """Withdraw a recommendation. Its number isn't used again. Withdrawing it twice changes nothing.

    Refused while any of its actions is neither verified nor dropped, and if it isn't the version `seen` in the list.
    """
    require_monitoring(who, VERB, recommendation_id)
    row = _locked(session, recommendation_id)
    if row.withdrawn_at is not None:
        return row
    require_as_filled(seen, str(row.version), f"recommendation {row.number} says something else")
    left = [each for each in view(session, row).actions if not each.closed]
    if left:
        numbers = ", ".join(str(each.number) for each in left)
        raise Refused(
            f"Recommendation {row.number} can't be withdrawn while some of its actions aren't closed: verify or drop"
            f" action {numbers} first."
        )
    row.withdrawn_at = now(session)
    _changed(session, who, row, "recommendation.withdraw")
    return row


def _changed(session: Session, who: Actor, row: Recommendation, verb: str) -> None:
    detail = f"recommendation {row.number}"
    trail.record(session, who, verb, subject_id=row.id, cycle_id=row.cycle_id, detail=detail)
    promise(session, PromiseKind.ACTION, row.cycle_id, now(session))
    session.flush()


def _found(session: Session, recommendation_id: str) -> Recommendation:
    row = existing(session, Recommendation, recommendation_id)
    _require_standing(row)
    return row


def _locked(session: Session, recommendation_id: str) -> Recommendation:
    """The recommendation, locked with its cycle unless withdrawn. NotFound; Refused if it can't be changed now."""
    row = existing(session, Recommendation, recommendation_id)
    if row.withdrawn_at is None:
        _open_cycle(session, row.cycle_id, locked=True)
        session.refresh(row, with_for_update=LOCK)
    return row


def _require_standing(row: Recommendation) -> None:
    if row.withdrawn_at is not None:
        raise NotFound("This recommendation no longer exists.")


def _open_cycle(session: Session, cycle_id: str, *, locked: bool = False) -> Cycle:
    """The cycle. NotFound, or Refused if recommendations can't be made in it now. `locked`: lock it, to write."""
    cycle = existing(session, Cycle, cycle_id, locked=locked)
    moment.require(cycle, moment.MET, "no recommendation can be made or changed")
    return cycle
