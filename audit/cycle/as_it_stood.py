"""A cycle as it stood at some moment: what each return and each case had been given by then, by the versions kept."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from audit.scales import AWAITING, NO_OVERALL, Graded
from storage.cases import Case, Involvement
from storage.mappings import grouped
from storage.meetings import Judgement, Moderation
from storage.returns import Return, ReturnState, ReturnVersion
from storage.types import plain_rows


@dataclass(frozen=True)
class ReturnStood:
    """What a return was at a moment: `result` as audit.cases.summary.Line.result says it, `version` 0 if none was sent.

    `moderated`: the grade that the meeting gave it; "" where its self-grade stood. `sections`: what each graded section
    had after moderation, an option of its scale by the section's key.
    """

    result: str = AWAITING
    version: int = 0
    moderated: str = ""
    sections: Mapping[str, str] = field(default_factory=dict)

    @property
    def settled(self) -> str:
        """The grade after moderation."""
        return self.moderated or self.result


@dataclass(frozen=True)
class SentVersion:
    """A version of a return: when it was sent, its number, and what it came to, `sections` as of ReturnStood."""

    at: datetime
    number: int
    result: str
    sections: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Moderated:
    """What a meeting made of a self-grade, and when; "" where that stands after all.

    `section`: the key of the section that it is about, whose `grade` is an option of its scale; "" for the overall one.
    """

    at: datetime
    grade: str
    section: str = ""


@dataclass(frozen=True)
class JudgementInForce:
    """A judgement: from when to when it was in force; `sections`: an option of its scale by the section's key."""

    at: datetime
    ended_at: datetime | None
    grade: str
    sections: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CycleVersions:
    """Every version of a cycle's returns, moderated grades and judgements, oldest first, by return id and case id."""

    versions: Mapping[str, Sequence[SentVersion]] = field(default_factory=dict)
    moderations: Mapping[str, Sequence[Moderated]] = field(default_factory=dict)
    judgements: Mapping[str, Sequence[JudgementInForce]] = field(default_factory=dict)

    def only(self, returns: Container[str], moderated: Container[str], judged: Container[str]) -> "CycleVersions":
        """The history of some returns, what was `moderated` of some, and the judgements of some cases; all by id."""
        return CycleVersions(
            {each: sent for each, sent in self.versions.items() if each in returns},
            {each: made for each, made in self.moderations.items() if each in moderated},
            {each: given for each, given in self.judgements.items() if each in judged},
        )

    def stood(self, return_id: str, at: datetime) -> ReturnStood:
        """How a return stood at a moment."""
        sent = [each for each in self.versions.get(return_id, ()) if each.at <= at]
        if not sent or sent[-1].result == AWAITING:
            return ReturnStood(version=sent[-1].number if sent else 0)
        made = {each.section: each.grade for each in self.moderations.get(return_id, ()) if each.at <= at}
        sections = {key: made.get(key) or given for key, given in sent[-1].sections.items()}
        return ReturnStood(sent[-1].result, sent[-1].number, made.get("", ""), sections)

    def judged(self, case_id: str, at: datetime) -> JudgementInForce | None:
        """A case's judgement that was in force at a moment; None if none was."""
        there = (each for each in self.judgements.get(case_id, ()) if each.at <= at)
        return next((each for each in there if each.ended_at is None or each.ended_at > at), None)

    def ratified_at(self, case_id: str) -> datetime | None:
        """When a case was ratified for the first time; None if it wasn't."""
        return next((each.at for each in self.judgements.get(case_id, ())), None)

    def last_change(self, case_id: str, return_ids: Sequence[str]) -> datetime | None:
        """When anything of a case changed last; None if nothing was sent or judged."""
        times = [each.ended_at or each.at for each in self.judgements.get(case_id, ())]
        for return_id in return_ids:
            times += [each.at for each in self.versions.get(return_id, ())[-1:]]
            times += [each.at for each in self.moderations.get(return_id, ())[-1:]]
        return max(times, default=None)


def of_cycle(session: Session, cycle_id: str) -> CycleVersions:
    """The history of a cycle; grades and times only, no texts."""
    about = {"cycle_id": cycle_id}
    return CycleVersions(_versions(session, about), _moderations(session, about), _judgements(session, about))


_OF_CYCLE = Case.cycle_id == bindparam("cycle_id")
_VERSIONS = (
    select(
        ReturnVersion.return_id, ReturnVersion.number, ReturnVersion.state, ReturnVersion.grade,
        ReturnVersion.submitted_at, ReturnVersion.sections,
    )
    .join(Return, Return.id == ReturnVersion.return_id)
    .join(Involvement, Involvement.id == Return.involvement_id)
    .join(Case, Case.id == Involvement.case_id)
    .where(_OF_CYCLE)
    .order_by(ReturnVersion.return_id, ReturnVersion.number)
)  # fmt: skip


def _versions(session: Session, about: Mapping[str, str]) -> dict[str, list[SentVersion]]:
    return grouped(
        (return_id, SentVersion(at, number, _result(state, grade), sections or {}))
        for return_id, number, state, grade, at, sections in plain_rows(session, _VERSIONS, about)
    )


def _result(state: str, grade: str | None) -> str:
    if state == ReturnState.SUBMITTED:
        return grade or NO_OVERALL
    return AWAITING if state == ReturnState.REQUESTED else state


_MODERATIONS = (
    select(Moderation.return_id, Moderation.section, Moderation.grade, Moderation.not_graded_reason, Moderation.at)
    .join(Return, Return.id == Moderation.return_id)
    .join(Involvement, Involvement.id == Return.involvement_id)
    .join(Case, Case.id == Involvement.case_id)
    .where(_OF_CYCLE)
    .order_by(Moderation.return_id, Moderation.at, Moderation.number)
)


def _moderations(session: Session, about: Mapping[str, str]) -> dict[str, list[Moderated]]:
    by_return: dict[str, list[Moderated]] = {}
    for return_id, section, grade, reason, at in plain_rows(session, _MODERATIONS, about):
        grade_name = (Graded(grade, reason).name if section else grade) if grade else ""
        by_return.setdefault(return_id, []).append(Moderated(at, grade_name, section))
    return by_return


_JUDGEMENTS = (
    select(Judgement.case_id, Judgement.grade, Judgement.sections, Judgement.ratified_at, Judgement.ended_at)
    .join(Case, Case.id == Judgement.case_id)
    .where(_OF_CYCLE)
    .order_by(Judgement.case_id, Judgement.version)
)


def _judgements(session: Session, about: Mapping[str, str]) -> dict[str, list[JudgementInForce]]:
    return grouped(
        (case_id, JudgementInForce(at, ended_at, grade, sections or {}))
        for case_id, grade, sections, at, ended_at in plain_rows(session, _JUDGEMENTS, about)
    )
