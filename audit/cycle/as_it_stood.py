"""A cycle as it stood at an earlier moment: the results of returns and cases, from the versions that are kept."""

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
    """A return at a moment. `result`: as in audit.cases.outline.LineOutline; `version`: 0 if none was sent.

    `moderated`: the meeting's grade, "" if the self-grade stood. `sections`: graded section's key -> the option of its
    scale that it had after moderation.
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
    """A version of a return: when it was sent, its number and its result. `sections`: as in ReturnStood."""

    at: datetime
    number: int
    result: str
    sections: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Moderated:
    """A moderation of a self-grade, and when it was made. `grade` is "" if the self-grade stands after all.

    `section`: the graded section's key, "" for the overall grade. A section's `grade` is an option of its scale.
    """

    at: datetime
    grade: str
    section: str = ""


@dataclass(frozen=True)
class JudgementInForce:
    """A judgement and when it was in force. `sections`: graded section's key -> an option of its scale."""

    at: datetime
    ended_at: datetime | None
    grade: str
    sections: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CycleVersions:
    """All versions of a cycle's returns, moderations and judgements, oldest first, by return id or case id."""

    versions: Mapping[str, Sequence[SentVersion]] = field(default_factory=dict)
    moderations: Mapping[str, Sequence[Moderated]] = field(default_factory=dict)
    judgements: Mapping[str, Sequence[JudgementInForce]] = field(default_factory=dict)

    def only(self, returns: Container[str], moderated: Container[str], judged: Container[str]) -> "CycleVersions":
        """Only the versions of `returns`, the moderations of `moderated` and the judgements of `judged` (all ids)."""
        return CycleVersions(
            {each: sent for each, sent in self.versions.items() if each in returns},
            {each: made for each, made in self.moderations.items() if each in moderated},
            {each: given for each, given in self.judgements.items() if each in judged},
        )

    def stood(self, return_id: str, at: datetime) -> ReturnStood:
        """A return as it stood at a moment."""
        sent = [each for each in self.versions.get(return_id, ()) if each.at <= at]
        if not sent or sent[-1].result == AWAITING:
            return ReturnStood(version=sent[-1].number if sent else 0)
        made = {each.section: each.grade for each in self.moderations.get(return_id, ()) if each.at <= at}
        sections = {key: made.get(key) or given for key, given in sent[-1].sections.items()}
        return ReturnStood(sent[-1].result, sent[-1].number, made.get("", ""), sections)

    def judged(self, case_id: str, at: datetime) -> JudgementInForce | None:
        """The judgement of a case that was in force at a moment, or None."""
        earlier = (each for each in self.judgements.get(case_id, ()) if each.at <= at)
        return next((each for each in earlier if each.ended_at is None or each.ended_at > at), None)

    def ratified_at(self, case_id: str) -> datetime | None:
        """When a case was first ratified, or None."""
        return next((each.at for each in self.judgements.get(case_id, ())), None)

    def last_change(self, case_id: str, return_ids: Sequence[str]) -> datetime | None:
        """When a case or one of its returns last changed; None if nothing was sent or judged."""
        times = [each.ended_at or each.at for each in self.judgements.get(case_id, ())]
        for return_id in return_ids:
            times += [each.at for each in self.versions.get(return_id, ())[-1:]]
            times += [each.at for each in self.moderations.get(return_id, ())[-1:]]
        return max(times, default=None)


def of_cycle(session: Session, cycle_id: str) -> CycleVersions:
    """The history of a cycle. Only grades and times are read, no texts."""
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
