"""Words in an audit's texts that identify their row and column, and the workbooks exported from the audit."""

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import openpyxl
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import export_cli
from storage.crypto import bound_to, vault_of
from storage.holds import Exports, Holds, holdings
from storage.types import Base
from tests.kit.canaries import CANARY
from tests.kit.play import Play

WAYS = {
    "action_steps": ("action_id", "actions"),
    "actions": ("case_id", "cases"),
    "declines": ("return_id", "returns"),
    "drafts": ("return_id", "returns"),
    "earlier_wordings": ("subject_id", "findings"),
    "findings": ("case_id", "cases"),
    "immediate_actions": ("return_id", "returns"),
    "involvements": ("case_id", "cases"),
    "judgements": ("case_id", "cases"),
    "moderations": ("return_id", "returns"),
    "reopenings": ("case_id", "cases"),
    "return_versions": ("return_id", "returns"),
    "returns": ("involvement_id", "involvements"),
}
"""Table -> the column that leads on to its case, and the table it refers to."""
BY = "Data protection officer"
Rows = list[tuple[Any, ...]]


def marked(session: Session) -> dict[str, str | None]:
    """Put a word of its own into every text in a case's export; returns word -> the case's reference."""
    found: dict[str, str | None] = {}
    for each in holdings():
        if Exports.CASE not in each.exports or each.holds is not Holds.SEALED:
            continue
        table, vault = Base.metadata.tables[each.table], vault_of(session)
        column = table.columns[each.column]
        for row in session.execute(select(table).where(column.is_not(None))).mappings():
            place = bound_to(each.table, row["id"], each.column)
            text = vault.open(row[each.column], place)
            if CANARY in text:
                word = f"{CANARY}{len(found):05}"
                found[word] = reference(session, each.table, row)
                anew = vault.seal(text.replace(CANARY, word), place)
                session.execute(update(table).where(table.columns["id"] == row["id"]).values({column: anew}))
    return found


def reference(session: Session, name: str, row: Any) -> str | None:  # noqa: ANN401  # a row of any table
    """The reference of the case that a row is about, or None."""
    if "about" in row:
        return str(row["about"])
    while name != "cases":
        column, name = WAYS[name]
        table = Base.metadata.tables[name]
        row = session.execute(select(table).where(table.columns["id"] == row[column])).mappings().one_or_none()
        if row is None:
            return None
    return str(row["reference"])


def export(play: Play, what: str, out: Path, **given: object) -> dict[str, Rows]:
    """Run an export command, and return its workbook: tab -> rows, head first."""
    asked = Namespace(**{"out": out, "by": BY, "audit": None, **given})
    getattr(export_cli, what)(play.settings, asked)
    return tabs(out)


def tabs(file: Path) -> dict[str, Rows]:
    book = openpyxl.load_workbook(file, read_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def told(book: dict[str, Rows]) -> str:
    """The whole content of a workbook."""
    return json.dumps(book, default=str, ensure_ascii=False)
