"""Cases in outline say of grades what cases in full say, whatever was sent, moderated, released, judged, re-opened."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import cycle_facts
from audit.cases import outline, summary
from audit.cases.outline import CaseOutline, LineOutline
from audit.returns.answers import Answers, keep
from audit.tools import Tool
from storage.cases import Case, Involvement
from storage.clock import now
from storage.crypto import seal
from storage.cycles import AuditTool, CycleState
from storage.meetings import Judgement, Moderation, Reopening
from storage.people import Person
from storage.returns import Return, ReturnState, ReturnVersion
from tests.kit.play import Play

GRADES = ("outstanding", "good", "inadequate", "not_graded")
SECTIONS: tuple[dict[str, str], ...] = (
    {},
    {"planning": "good"},
    {"planning": "not_graded_other", "records": "inadequate"},
)
ROUNDS = 6


def reason(grade: str) -> str | None:
    return "other" if grade == "not_graded" else None


class RolledBack(Exception):
    """Nothing of a round stays."""


class Doing:
    """Writes what a cycle of random doings leaves in the database."""

    def __init__(self, session: Session, random: Random) -> None:
        self.session, self.random, self.at = session, random, now(session)
        self.by_id = session.scalars(select(Person.id)).first() or ""
        self.cycle = cycle_facts.by_number(session, 2)
        self.tool = Tool.stored(session.get_one(AuditTool, self.cycle.tool_id))

    def all(self) -> None:
        self.cycle.state = self.random.choice([CycleState.COLLECTING, CycleState.MEETING, CycleState.RATIFIED])
        for case in self.session.scalars(select(Case).where(Case.cycle_id == self.cycle.id)).all():
            case.released_at = self.random.choice([None, self.at])
            case.withdrawn_at = self.random.choice([None] * 9 + [self.at])
            self.judged(case)
        for involved, row in self.session.execute(
            select(Involvement, Return).join(Return, Return.involvement_id == Involvement.id)
        ).all():
            involved.withdrawn_at = self.random.choice([None] * 9 + [self.at])
            for number in range(1, self.random.choice([0, 1, 1, 2, 3]) + 1):
                self.sent(row, number)
            self.moderated(row)
        self.session.flush()

    def sent(self, row: Return, number: int) -> None:
        state = self.random.choice([*[ReturnState.SUBMITTED] * 5, ReturnState.NIL, ReturnState.REQUESTED])
        grade = self.random.choice([None, *GRADES]) if state == ReturnState.SUBMITTED else None
        version = ReturnVersion(
            return_id=row.id, number=number, state=state, base=number - 1, view_id=f"V{number}{row.id}",
            tool_id=self.cycle.tool_id, late=self.random.random() < 0.3, by_id=self.by_id, submitted_at=self.at,
            after_release=number > 1 and self.random.random() < 0.5,
        )  # fmt: skip
        keep(
            self.session, version, self.tool, Answers({"learning": "To ask."}, grade, reason(grade or ""), "So it was.")
        )
        version.sections = self.random.choice(SECTIONS) or None
        self.session.add(version)
        row.version, row.state = number, state

    def moderated(self, row: Return) -> None:
        for section in ("", "planning"):
            for number in range(1, self.random.choice([0, 0, 1, 2]) + 1):
                grade = self.random.choice([None, *GRADES])
                made = Moderation(
                    return_id=row.id, section=section, number=number, version=1, grade=grade,
                    not_graded_reason=reason(grade or ""), by_id=self.by_id, at=self.at,
                )  # fmt: skip
                seal(self.session, made, "reason", "As the meeting saw it.")
                self.session.add(made)

    def judged(self, case: Case) -> None:
        if self.random.random() < 0.5:
            return
        grade, over = self.random.choice([*GRADES, "no_overall"]), self.random.choice([None, None, self.at])
        given = Judgement(
            case_id=case.id, grade=grade, not_graded_reason=reason(grade), sections=self.random.choice(SECTIONS),
            by_id=self.by_id, ratified_at=self.at, ended_at=over,
        )  # fmt: skip
        seal(self.session, given, "statement", json.dumps({"why": "As agreed.", "assurances": {}}))
        self.session.add(given)
        if over:
            again = Reopening(case_id=case.id, judgement_id=given.id, by_id=self.by_id, at=self.at)
            seal(self.session, again, "reason", "It wasn't as it seemed.")
            self.session.add(again)


def graded(sections: Mapping[str, str]) -> Mapping[str, str]:
    return {key: text for key, text in sections.items() if key in {"planning", "records"}}


def of_line(line: LineOutline) -> dict[str, object]:
    """All that it says of grades, also as it is worked out."""
    sent, before, made = line.answers, line.before_release, line.moderated
    sections = {key: (each.grade, each.not_graded_reason) for key, each in line.moderated_sections.items()}
    return {each.name: getattr(line, each.name) for each in fields(LineOutline)} | {
        "answers": sent and (sent.grade, sent.not_graded_reason, graded(sent.sections)),
        "moderated": made and (made.grade, made.not_graded_reason, sections),
        "moderated_sections": sections,
        "before_release": before and (before.result, before.reason, graded(before.sections)),
        "worked out": (line.result, line.reason, line.counted, line.counted_reason, line.settled, line.settled_reason),
    }


def of_case(case: CaseOutline) -> dict[str, object]:
    judged = case.judgement and (case.judgement.grade, case.judgement.not_graded_reason, case.judgement.sections)
    lines = [of_line(line) for line in case.lines]
    return {each.name: getattr(case, each.name) for each in fields(CaseOutline)} | {"judgement": judged, "lines": lines}


@pytest.mark.both_databases
def test_an_outline_says_of_grades_what_cases_in_full_say(play: Play) -> None:
    play.load()
    results = set()
    for seed in range(ROUNDS):
        with suppress(RolledBack), play.sessions.begin() as session:
            doing = Doing(session, Random(seed))
            doing.all()
            full = summary.of_cycle(session, doing.cycle.id)
            found = outline.of_cycle(session, doing.cycle.id)
            assert [of_case(case) for case in found] == [of_case(case) for case in full]
            assert [of_case(case.conceal()) for case in found] == [of_case(case.conceal()) for case in full]
            results |= {line.counted for case in found for line in case.lines}
            raise RolledBack
    assert results >= {"good", "not_graded", "nil", "awaiting", "missed", "no_overall"}
