"""Who may read findings, write them and change learning themes: the part of tests/access/ways.py's table about it."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.cases import Case
from storage.clock import now
from storage.crypto import seal
from storage.cycles import Cycle, LearningTheme
from storage.findings import Finding
from storage.people import Person
from tests.access.making import COORDINATOR, OVERSEERS, Making, pressed, sent, turned, within

NEW = {f"{field}__{'a' * 32}": given for field, given in (
    ("kind", "concern"), ("agency", "several"), ("theme", "none"), ("text", "It was late."),
)}  # fmt: skip

FORMS: dict[str, tuple[str, set[str], str, Making]] = {
    "finding.new": ("released", COORDINATOR, "findings.edit", pressed("finding.new")),
    "finding.add": ("released", COORDINATOR, "findings.edit", sent("finding.add", **NEW)),
    "finding.edit": ("one", COORDINATOR, "findings.edit", pressed("finding.edit")),
    "finding.save": ("one", COORDINATOR, "findings.edit", sent("finding.save", text__1="It was paid.")),
    "finding.withdraw": ("one", COORDINATOR, "findings.edit", within("finding.withdraw")),
    "findings.show": ("under way", OVERSEERS, "findings.read", pressed("findings.show")),
    "findings.page": ("under way", OVERSEERS, "findings.read", turned("findings.page")),
    "theme.show": ("one", OVERSEERS, "findings.read", pressed("theme.show")),
    "theme.page": ("one", OVERSEERS, "findings.read", turned("theme.page")),
    "theme.merge": ("one", COORDINATOR, "themes.edit", pressed("theme.merge")),
    "theme.merged": ("one", COORDINATOR, "themes.edit", sent("theme.merged", into="")),
    "theme.unmerge": ("one", COORDINATOR, "themes.edit", within("theme.unmerge")),
    "theme.rename": ("one", COORDINATOR, "themes.edit", pressed("theme.rename")),
    "theme.renamed": ("one", COORDINATOR, "themes.edit", sent("theme.renamed", label="Allowances")),
    "theme.split": ("one", COORDINATOR, "themes.edit", pressed("theme.split")),
    "theme.parted": ("one", COORDINATOR, "themes.edit", sent("theme.parted", label="Late payments")),
}
"""Handler -> what about, who gets in, what a denial is recorded as, and how it is used; the theme is access_setup's."""


def prepare(session: Session) -> None:
    """A finding about a released case."""
    by = session.scalars(select(Person.id).where(Person.user_id == "U0COORDIN")).one()
    theme = session.scalars(select(LearningTheme.id)).first()
    row = Finding(case_id=_case(session), kind="concern", theme_id=theme, by_id=by, at=now(session))
    seal(session, row, "text", "It was late.")
    session.add(row)


def records(session: Session) -> Iterator[tuple[tuple[str, str], str]]:
    """(noun, what about it) -> id."""
    yield ("finding", "released"), _case(session)
    yield ("finding", "one"), session.scalars(select(Finding.id)).one()
    yield ("findings", "under way"), session.scalars(select(Cycle.id).where(Cycle.number == 2)).one()


def _case(session: Session) -> str:
    """A case that is released."""
    cases = select(Case.id).join(Cycle, Cycle.id == Case.cycle_id)
    return session.scalars(cases.where(Cycle.number == 2, Case.reference == "T2-EAST-03")).one()
