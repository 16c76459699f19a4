"""The published cycle of a partnership without areas: one meeting, one audit channel, cases of two agencies.

Use: `play.put(undivided.planned)` or `undivided.finished`; `named` finds mentions of areas.
"""

import re

from sqlalchemy.orm import Session

from audit.sheet import state
from bot import loading
from bot.loading import CycleFile
from storage.cycles import Cycle
from tests.kit.loaded import FILE, SOMEWHERE

FEW = ("T2-EAST-01", "T2-EAST-04", "T2-NORTH-02", "T2-CENTRAL-02")
AGENCIES = ("Education", "Police")
CHANNEL = "C0AUDITEAST"
_NAMED = re.compile(r"\bareas?\b|\(\)|\(None\)|· *·|· *\"|^ *·|\bmeeting about *[:.,\"*]", re.IGNORECASE | re.MULTILINE)
"""The word "area", or an empty place where a label would be."""
_EDGE = re.compile(r"[\n\"]|\Z")
_WRITTEN = ("with some areas for improvement", "(Invented)")
"""Exceptions: a descriptor of the inspection scale, and texts that people wrote."""


def named(text: str) -> list[str]:
    """The lines of a text with a mention of areas, or an empty place for one, except people's texts and descriptors."""
    lines, end = [], 0
    for found in _NAMED.finditer(text):
        if found.start() >= end:
            begins = 1 + max(text.rfind(edge, 0, found.start()) for edge in '\n"')
            end = _EDGE.search(text, found.end()).start()  # type: ignore[union-attr]  # every text has an end
            lines.append(text[begins:end])
    return [line for line in lines if not any(each in line for each in _WRITTEN)]


def file(*only: str) -> CycleFile:
    """The cycle file with all cases, or with `only` these; no case, meeting or role has an area."""
    published = loading.read(FILE)
    setup, first = published.setup, published.setup.meetings[0]
    people = tuple(
        each.model_copy(update={"roles": tuple(role.model_copy(update={"area": None}) for role in each.roles)})
        for each in setup.people
    )
    cases = tuple(
        each.model_copy(update={"area": "", "agencies": AGENCIES})
        for each in setup.cases
        if each.reference in only or not only
    )
    undivided = setup.model_copy(
        update={
            "areas": (), "channel": CHANNEL, "meetings": (first.model_copy(update={"areas": ()}),), "people": people,
            "cases": cases,
        }
    )  # fmt: skip
    returns = tuple(each for each in published.returns if each.agency in AGENCIES)
    findings = tuple(each.model_copy(update={"agency": None}) for each in published.findings)
    return published.model_copy(update={"setup": undivided, "returns": returns, "findings": findings})


def planned(session: Session) -> Cycle:
    """A few cases in a cycle that isn't open yet."""
    return _loaded(session, file(*FEW), answered=False)


def finished(session: Session) -> Cycle:
    """All cases, with every return and every judgement; no summary is released."""
    return _loaded(session, file(), answered=True)


def _loaded(session: Session, of: CycleFile, *, answered: bool) -> Cycle:
    cycle = loading.load(session, of, answered=answered)
    state.bind(session, cycle.id, SOMEWHERE)
    return cycle
