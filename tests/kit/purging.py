"""A whole cycle with a canary in each of its texts, over and due to be removed; and its removal."""

import base64
import json
from argparse import Namespace
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
from sqlalchemy import make_url, select, update
from sqlalchemy.orm import Session

from audit.calendar import LONDON
from audit.cycle import states
from audit.delivery import kept_promises, ledger
from audit.report import issue, publications
from audit.returns import immediate_text
from audit.returns.immediate_text import ImmediateTexts, NeededNow, Noted
from audit.sheet import lend, state
from bot import retention_cli
from jobs.redraw import redraw
from sandbox.sheets import BOT
from sheets.google_client import connect
from storage.actions import Action, ActionState
from storage.cases import Case
from storage.clock import now, wall
from storage.cycles import Cycle, CycleArea, CycleState
from storage.immediate import ImmediateAction
from storage.messages import MessageKind
from storage.people import Agency
from storage.reports import Edition, Report
from storage.retention import LegalHold
from storage.sheet_state import SheetState
from tests.kit import canaries
from tests.kit.play import Play
from tests.kit.posting import deliver_due
from tests.kit.pressing import COORDINATOR, acting, return_of
from tests.kit.reporting import SUB_GROUP, answered, opened, words

BEGUN = datetime(2026, 3, 18, 12, 0, tzinfo=LONDON)
"""When such cycles begin: on a day on which no month begins, nor a year later."""
YEAR = timedelta(days=366)


def played(play: Play, *, anew: bool = False) -> str:
    """A cycle that was judged, reported, posted and drawn, with the canary in each of its texts; returns its id.

    `anew`: not a copy, so that the database's files also have what changes leave behind.
    """
    if anew:
        _played(play)
    else:
        play.start_from(_played)
    with play.reading() as session:
        return session.scalars(select(Cycle.id)).one()


def _played(play: Play) -> None:
    play.move_clock(BEGUN)
    cycle_id, return_id = answered(play), return_of(play, "T2-EAST-01")
    with play.sessions.begin() as session:
        state.bind(session, cycle_id, play.spreadsheet_id)
        theirs = play.drive.create_spreadsheet("For Education", share_with=(BOT,))
        education = session.scalars(select(Agency.id).where(Agency.label == "Education")).one()
        lend.lend(session, acting(play, COORDINATOR), cycle_id, education, theirs, reflections=True)
        immediate(session, cycle_id, return_id)
    with play.sessions.begin() as session:
        canaries.written_everywhere(session, cycle_id, but=("reports", "publications", "distributions", "signatures"))
        session.execute(update(LegalHold).values(lifted_at=now(session)))
        report = session.get_one(Report, issue.make(session, None, cycle_id).id)
        asked = publications.ask(session, None, report, Edition.BRIEFING)
        assert asked
        publications.keep(session, asked, publications.decide(session, asked), publications.last(session, asked))
        _post(play, session, cycle_id, report.id)
    drawn(play)
    delivered(play)
    with play.sessions.begin() as session:
        assert canaries.written_everywhere(session, cycle_id) > 100
        states.go(session, acting(play, COORDINATOR), session.get_one(Cycle, cycle_id), CycleState.CLOSED)
        session.execute(update(Action).values(state=ActionState.VERIFIED, closed_at=now(session)))
    delivered(play)


def immediate(session: Session, cycle_id: str, return_id: str) -> None:
    """Add an immediate action of a return that was acknowledged and closed."""
    row = ImmediateAction(
        return_id=return_id, cycle_id=cycle_id, version=1, raised_at=now(session), closed_at=now(session)
    )
    noted = Noted("0" * 32, "A coordinator", now(session).isoformat(), "Duty team", "Seen.")
    immediate_text.keep(
        session, row, ImmediateTexts(NeededNow("A visit.", "Duty team", "2031-03-03"), (noted,), "It was made.")
    )
    session.add(row)


def _post(play: Play, session: Session, cycle_id: str, report_id: str) -> None:
    for case in session.scalars(select(Case)):
        ledger.insert(session, MessageKind.SUMMARY, cycle_id, case.id, channel="C0AUDITEAST")
    for place in session.scalars(select(CycleArea.id)):
        ledger.insert(session, MessageKind.AGENDA, cycle_id, place, channel=SUB_GROUP)
    ledger.insert(session, MessageKind.TALLY, cycle_id, cycle_id, channel=SUB_GROUP)
    coordinator = acting(play, COORDINATOR)
    assert coordinator.person_id is not None
    ledger.tell(session, MessageKind.REQUEST, cycle_id, cycle_id, [coordinator.person_id])
    issue.send(session, coordinator, report_id, Edition.FULL)


def passed_on(play: Play) -> None:
    """Pass changes, of which there must be some, on to the sheets and to Slack."""
    with play.sessions.begin() as session:
        assert kept_promises.keep(session)
    drawn(play)
    delivered(play)


def delivered(play: Play) -> None:
    """Deliver what is behind."""
    deliver_due(play)


def drawn(play: Play) -> None:
    """Redraw all sheets."""
    with play.sessions.begin() as session:
        session.execute(update(SheetState).values(next_try_at=wall()))
        sheets = session.scalars(select(SheetState.id)).all()
    credentials = play.settings.google_credentials()
    assert credentials
    for sheet_id in sheets:
        redraw(play.sessions, connect(credentials, play.settings.google_api_url), sheet_id)


def in_sheet(play: Play) -> str:
    """The whole content of the audit's sheets, as JSON."""
    looks = [play.drive.spreadsheet(each) for each in play.drive.files]
    return json.dumps([{title: look.grid(title) for title in look.titles} for look in looks])


def in_slack(play: Play) -> str:
    """The whole content of the Slack stand-in, including the text of its Word files."""
    said = [str(vars(message)) for each in play.workspace.messages.values() for message in each]
    said += [words(opened(base64.b64decode(file.data))) for file in play.workspace.files.values()
             if file.name.endswith(".docx")]  # fmt: skip
    return "\n".join(said)


def in_files(play: Play) -> bytes:
    """The bytes of the database's files."""
    url = make_url(play.settings.database_url.get_secret_value())
    if url.get_backend_name() == "sqlite":
        beside = Path(str(url.database)).parent.glob(f"{Path(str(url.database)).name}*")
        return b"".join(file.read_bytes() for file in beside if file.is_file())
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        [(home,)] = connection.execute("SHOW data_directory").fetchall()
        [(oid,)] = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchall()
    return b"".join(file.read_bytes() for file in Path(home, "base", str(oid)).iterdir())


def later(play: Play, days: timedelta = YEAR) -> None:
    play.move_clock(play.settings.clock.now() + days)


def purge(play: Play, *, for_good: bool = True) -> None:
    retention_cli.remove(play.settings, Namespace(for_good=for_good))


def purged(play: Play) -> None:
    """Purge, and remove what Slack and the sheets show."""
    purge(play)
    for _ in range(3):  # in a channel, a message that was never posted waits for those before it
        delivered(play)
    drawn(play)


def over(play: Play) -> str:
    """A closed cycle with closed actions; returns its id."""
    play.move_clock(BEGUN)
    cycle_id = answered(play)
    with play.sessions.begin() as session:
        states.go(session, acting(play, COORDINATOR), session.get_one(Cycle, cycle_id), CycleState.CLOSED)
        session.execute(update(Action).values(closed_at=now(session)))
    return cycle_id
