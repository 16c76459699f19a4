"""Whole Homes for the views' tests, made from the read models in tests/kit/models."""

from collections.abc import Iterable
from datetime import datetime

from audit.home.every_audit import CycleSection, ListedAudit
from audit.home.home import Home, SnoozableAudit, Summaries
from audit.home.stages import NOTHING_YET, Outcomes, audit_stage
from audit.returns.waiting import Waiting
from audit.setup.opening import Opening
from storage.cycles import OVER
from tests.kit.models import DUE, NOW, act, attention, case_lines, cover, label, waiting


def home(
    waits: Iterable[Waiting] = (),
    released: int = 0,
    cycles: Iterable[CycleSection] = (),
    *,
    trouble: int | None = None,
    beside: int = 0,
    acts: int = 0,
    older: bool = False,
    opening: Opening | None = None,
    after: Outcomes = NOTHING_YET,
    now: datetime = NOW,
) -> Home:
    """A Home. `trouble`: None for a person, else a coordinator's, with so much of it.

    `beside`: the number of covers, of audits to snooze and of returns handed over. `opening` and `after` are those of
    each audit.
    """
    parts = tuple(cycles)
    waiting_ones = tuple(waits)
    return Home(
        person_id="me",
        label=label("P", 80),
        now=now,
        waiting=waiting_ones,
        handed=tuple(waiting(n) for n in range(beside)),
        snoozable=tuple(
            SnoozableAudit(f"cycle{n}", n, label("T", 100), DUE.date() if n % 2 else None) for n in range(beside)
        ),
        covers=tuple(cover(n, "me" if n % 2 else "them") for n in range(beside)),
        coverable=bool(waiting_ones),
        released=(Summaries("c" * 32, 2, case_lines(released)),) if released else (),
        actions=tuple(act(n) for n in range(acts)),
        audits=tuple(
            audit_stage(each, now, opening=opening, after=after, every=trouble is not None)
            for each in parts
            if each.cycle.state not in OVER
        ),
        over=tuple(in_list(each) for each in parts if each.cycle.state in OVER),
        older=older,
        chairs=trouble is not None,
        monitors=trouble is not None,
        attention=attention(trouble) if trouble is not None else None,
    )


def in_list(part: CycleSection) -> ListedAudit:
    """An audit as an entry of a list."""
    cycle, ratified = part.cycle, sum(case.judgement is not None for case in part.cases)
    counts = len(part.cases), sum(case.released for case in part.cases), ratified
    return ListedAudit(cycle.id, cycle.number, cycle.name, cycle.theme, cycle.state, *counts)
