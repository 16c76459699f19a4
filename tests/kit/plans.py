"""A database's plans for statements, from the database itself."""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

import psycopg
from psycopg.types.json import Json
from sqlalchemy.dialects import postgresql

from tests.kit.metering import AskedStatement

GROWING = frozenset({"cases", "involvements", "returns", "return_versions", "judgements", "messages"})
"""The tables that grow with every audit; none may be read as a whole."""
_NAMED = re.compile(r"(?:FROM|JOIN|UPDATE|,)\s+(\w+)(?:\s+AS\s+(\w+))?")
_SCAN = re.compile(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?")
_LISTS = re.compile(r"\((?:\?, )*\?\)")


def scanned(file: str, texts: Iterable[str]) -> Iterator[str]:
    """SQLite's plan steps that read all of a growing table; reading a partial index doesn't count."""
    with sqlite3.connect(file) as connection:
        partial = {name for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
        )}  # fmt: skip
        for text in {_LISTS.sub("(?)", each): each for each in texts}.values():
            named = {alias or table: table for table, alias in _NAMED.findall(text)}
            plan = connection.execute(f"EXPLAIN QUERY PLAN {text}", [None] * text.count("?"))
            for *_, step in plan:
                found = _SCAN.match(step)
                if found and named.get(found[1]) in GROWING and found[2] not in partial:
                    yield f"{step}: {' '.join(text.split())}"
    connection.close()


def scanned_by_postgresql(
    connection: "psycopg.Connection[tuple[Any, ...]]", statements: Mapping[str, AskedStatement]
) -> Iterator[str]:
    """As `scanned`, of PostgreSQL with growing tables a thousand times as large: it reads small ones as a whole."""
    connection.execute("ANALYZE")
    grown = "UPDATE pg_class SET reltuples = reltuples * 1000 WHERE relkind = 'r' AND relname = ANY(%s)"
    connection.execute(grown, [list(GROWING)])
    for off in ("hashjoin", "mergejoin"):  # it prefers these for tables that are empty here
        connection.execute(f"SET enable_{off} = off".encode())
    dialect = postgresql.psycopg.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's
    partial = {str(name) for (name,) in connection.execute(
        "SELECT indexrelid::regclass FROM pg_index WHERE indpred IS NOT NULL"
    )}  # fmt: skip
    for text, each in {_LISTS.sub("(?)", text): asked for text, asked in statements.items()}.items():
        if not text.lstrip().startswith(("SELECT", "UPDATE", "DELETE")):
            continue
        built = each.statement.compile(dialect=dialect, column_keys=each.columns)
        empty: dict[str, object] = {bind.key: [] for bind in built.bind_names if bind.expanding and bind.required}
        asked = built.construct_expanded_state({**empty, **each.with_lists})
        values = {name: _given(value) for name, value in asked.parameters.items()}
        [[[plan]]] = connection.execute(f"EXPLAIN (FORMAT JSON) {asked.statement}".encode(), values).fetchall()
        for node in _nodes(plan["Plan"]):
            whole = node["Node Type"] == "Seq Scan" or (
                "Index" in node["Node Type"] and "Index Cond" not in node and node["Index Name"] not in partial
            )
            if whole and node.get("Relation Name", _table(node)) in GROWING:
                yield f"{node['Node Type']} {node.get('Index Name', '')}: {' '.join(asked.statement.split())}"


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from _nodes(each)


def _table(node: dict[str, Any]) -> str:
    """The table of an index that is read by itself for a bitmap, by our names for indexes."""
    return next((table for table in GROWING if f"_{table}" in node.get("Index Name", "")), "")


def _given(value: object) -> object:
    """A value as it is passed to PostgreSQL."""
    if isinstance(value, Enum):
        return value.value
    return Json(value) if isinstance(value, (list, dict)) else value
