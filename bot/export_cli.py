"""Commands about people's rights: what is kept about a case, an audit or a person, and who read what."""

import argparse
import re
import sys

from audit.cycle_facts import by_number
from audit.errors import Refused
from audit.governance import case as case_rules
from audit.governance import person as person_rules
from audit.governance import readings as readings_rules
from audit.governance import whole_audit
from audit.governance.export import Export
from audit.identifiers import find
from bot.new_file import XLSX, new
from bot.settings import Stored
from views.governance import export
from views.governance import readings as readings_view
from views.parts import count_of

_ROLE = re.compile(r"\S.{0,58}\S")


def case(settings: Stored, given: argparse.Namespace) -> None:
    """Write everything that is kept about a case into a workbook; this is recorded as a reading."""
    by = role(given.by)
    with new(given.out, XLSX) as file, settings.database() as sessions:
        with sessions.reading() as session:
            made = case_rules.of_case(session, given.reference, given.audit)
        with sessions.begin() as session:
            case_rules.note(session, by, made)
        file.write(export.workbook(made, by))
    print(
        f"{given.out} has {count_of(len(made.texts), 'text')} and {_rows(made)} about the case {made.subject}. "
        "Nothing has been taken out: read it all before you give any of it to anybody."
    )
    _opened(made)


def audit(settings: Stored, given: argparse.Namespace) -> None:
    """Write what people wrote about an audit as a whole into a workbook; this is recorded as a reading."""
    by = role(given.by)
    with new(given.out, XLSX) as file, settings.database() as sessions:
        with sessions.reading() as session:
            made = whole_audit.of_audit(session, by_number(session, given.cycle))
        with sessions.begin() as session:
            whole_audit.note(session, by, made)
        file.write(export.workbook(made, by))
    print(f"{given.out} has {count_of(len(made.texts), 'text')} about {made.subject} as a whole.")
    _opened(made)


def person(settings: Stored, given: argparse.Namespace) -> None:
    """Write everything about what one person did into a workbook; this is recorded as a reading."""
    by = role(given.by)
    with new(given.out, XLSX) as file, settings.database() as sessions:
        with sessions.reading() as session:
            made = person_rules.of_person(session, given.who)
        with sessions.begin() as session:
            person_rules.note(session, by, made)
        file.write(export.workbook(made, by))
    print(
        f"{given.out} has {_rows(made)} that name {made.subject}. It names others too: read it before you give it "
        "to anybody."
    )


def readings(settings: Stored, given: argparse.Namespace) -> None:
    """Write the register of readings into a workbook: who opened whose texts, and when; this is recorded too."""
    by = role(given.by)
    with new(given.out, XLSX) as file, settings.database() as sessions:
        with sessions.reading() as session:
            register = readings_rules.register(session)
        with sessions.begin() as session:
            readings_rules.note(session, by, len(register))
        file.write(readings_view.workbook(register))
    print(f"{given.out} has {count_of(len(register), 'reading')}.")


def role(by: str) -> str:
    """The role of the person who asks, for the register of readings; Refused if it isn't a role."""
    by = by.strip()
    if not _ROLE.fullmatch(by) or not by.isprintable():
        raise Refused("Say with --by who asks for it, as a role in 2 to 60 characters: “Data protection officer”.")
    if kind := find.find(by) or next((kind for kind, _ in find.asks(by)), None):
        raise Refused(f"What you gave with --by may contain {kind}. It stays in the trail, so give a role alone.")
    return by


def _rows(made: Export) -> str:
    return count_of(sum(len(each.rows) for each in made.tables), "row")


def _opened(made: Export) -> None:
    """End with status 1, naming their rows, if texts of an export can't be opened."""
    if made.unopened:
        places = (f"{each.table}.{each.column} of row {each.row_id}" for each in made.unopened)
        sys.exit("\n".join(["These texts can't be opened, and the file says so in their place:", *places]))
