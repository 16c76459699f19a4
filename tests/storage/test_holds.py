"""Every column says what it holds, and the engine's tables hold nothing that anybody said."""

import json

from sqlalchemy import Engine, LargeBinary, String, inspect, select, text
from sqlalchemy.orm import Session

from bot import data_cli
from storage import migrations
from storage.crypto import bound_to, vault_of
from storage.holds import Exports, Holding, Holds, Kept, Seen, holdings
from storage.types import Base
from tests.kit.play import Play
from tests.kit.served import HERE

EVERY = {(each.table, each.column): each for each in holdings()}
CANARY = "canarywordinarow"


def columns(*kinds: Holds) -> list[Holding]:
    return [each for each in EVERY.values() if each.holds in kinds and each.table != "key_probes"]


def test_every_column_of_every_table_says_what_it_holds() -> None:
    assert set(EVERY) == {
        (table.name, column.name) for table in Base.metadata.sorted_tables for column in table.columns
    }
    assert len(EVERY) > 300


def test_what_people_wrote_is_sealed_or_says_why_not() -> None:
    """Sealed text is binary and nothing else is; words that aren't sealed have a reason, and nothing else needs one."""
    for each in EVERY.values():
        kind = Base.metadata.tables[each.table].columns[each.column].type
        assert isinstance(kind, LargeBinary) == (each.holds is Holds.SEALED), each
        assert bool(each.why) == (each.holds is Holds.WRITTEN), each
        assert isinstance(kind, String) or each.holds is not Holds.WRITTEN, each


def test_sealed_text_ends_before_the_facts_of_its_row() -> None:
    of_audits = [each for each in columns(Holds.SEALED) if each.table not in {"letterheads", "people_lists"}]
    assert {each.kept for each in of_audits} == {Kept.TEXT, Kept.DRAFT, Kept.TRAIL}
    assert EVERY["judgements", "grade"].kept is Kept.FACTS
    assert EVERY["judgements", "statement"].kept is Kept.TEXT


def test_whatever_names_a_person_is_in_an_export_about_them() -> None:
    for each in EVERY.values():
        keys = Base.metadata.tables[each.table].columns[each.column].foreign_keys
        if any(key.column.table.name == "people" for key in keys):
            assert Exports.PERSON in each.exports, each
    assert EVERY["return_versions", "by_id"].exports == Exports.CASE | Exports.PERSON
    assert EVERY["return_versions", "answers"].exports == Exports.CASE
    assert Exports.PERSON in EVERY["sheet_states", "readers"].exports


def test_what_is_about_one_case_is_in_the_export_about_it() -> None:
    """Every table that refers to a case, or to what belongs to one."""
    about = {"cases"}
    for table in Base.metadata.sorted_tables:  # what is referred to comes first
        if about & {key.column.table.name for key in table.foreign_keys}:
            about.add(table.name)
    exported = {each.table for each in EVERY.values() if Exports.CASE in each.exports}
    assert about <= exported
    assert exported - about == {
            "trail", "earlier_wordings", "past_results", "sheet_drift", "sheet_asides", "sheet_remarks", "messages",
        }  # fmt: skip


def test_a_row_that_only_the_software_reads_is_shown_to_nobody() -> None:
    hidden = {each.table for each in EVERY.values() if each.seen is Seen.NOBODY}
    trail = {"trail", "trail_forgotten", "trail_head"}
    assert hidden == {
        "denied_names",
        "key_probes",
        "legal_holds",
        "promises",
        "purges",
        "restorations",
        "uploads",
        *trail,
    }


def test_the_list_in_the_docs_is_current() -> None:
    assert (HERE / "docs" / "data.md").read_text() == data_cli.what_is_kept(), "roundtable data > docs/data.md"


def test_the_engine_keeps_opaque_keys_only(drawn: Play) -> None:
    """Whatever our tables hold that means something, none of it stands in those of DBOS."""
    drawn.send_return("U0EDUEAST", "T2-EAST-01", why=CANARY)
    with drawn.working():
        drawn.settled()
    with drawn.reading() as session:
        told = said(session)
        assert {"T2-EAST-01", "Education"} <= told
        assert any(CANARY in each for each in told)
    engine = migrations.engine_for(drawn.settings.database_url.get_secret_value())
    kept = engines(engine)
    engine.dispose()
    assert "deliver_message" in kept, "this looks in the wrong place"
    assert {each for each in (*told, CANARY) if each in kept} == set()


def said(session: Session) -> set[str]:
    """Every name, reference and text in our tables, without Slack's ids, some of which the trail has as references."""
    found = values(session, *columns(Holds.NAME, Holds.PERSON, Holds.REFERENCE, Holds.WRITTEN, Holds.SEALED))
    said = found - values(session, *columns(Holds.ACCOUNT))
    return {each for each in said if len(each) > 4}  # shorter ones may stand in what is made by chance


def values(session: Session, *holdings: Holding) -> set[str]:
    found: set[str] = set()
    for each in holdings:
        table = Base.metadata.tables[each.table]
        for row in session.execute(select(table).where(table.columns[each.column].is_not(None))).mappings():
            value = row[each.column]
            if each.holds is Holds.SEALED:
                value = vault_of(session).open(value, bound_to(each.table, row["id"], each.column))
            found.add(value if isinstance(value, str) else json.dumps(value))
    return found


def engines(engine: Engine) -> str:
    """All that stands in the tables that aren't ours."""
    with engine.connect() as connection:
        schema = "dbos" if engine.name == "postgresql" else None
        names = set(inspect(connection).get_table_names(schema)) - {*Base.metadata.tables, "alembic_version"}
        places = [f'dbos."{name}"' if schema else f'"{name}"' for name in sorted(names)]
        return "\n".join(str(row) for place in places for row in connection.execute(text(f"SELECT * FROM {place}")))
