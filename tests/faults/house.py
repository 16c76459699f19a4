"""The product as processes between the stand-ins, with a small cycle, and what must be true of it at the end."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import or_, select, update

from audit import calendar
from audit.access import actor
from audit.cycle import board as board_rules
from audit.delivery import backlog
from audit.report import issue
from audit.returns import submit
from audit.returns.answers import Answers, kept
from audit.setup import opening
from audit.sheet import lend, state
from bot import loading
from bot.settings import Settings
from sandbox.sheets import BOT, Drive
from sandbox.slack import Outcome, Workspace
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import Cycle, CycleState
from storage.engine import Sessions
from storage.messages import Message, MessageKind, MessageState
from storage.people import Agency
from storage.reports import Edition
from storage.returns import Return, ReturnVersion
from tests.faults import sheets, small
from tests.faults.forms import Form, marker, saved, taken
from tests.faults.processes import WEB, WORKER, Process, until
from tests.kit import settling
from tests.kit.fork_server import ForkServer
from tests.kit.loaded import FILE

EAST, SUB_GROUP = "C0AUDITEAST", "C0SUBGROUP"


@dataclass(frozen=True)
class Acknowledged:
    """A submission whose sender was told that it is saved."""

    form: Form
    return_id: str


NAMED = Message.kind != MessageKind.REPORT
"""The messages with their ledger row's mark in the metadata: posted ones, not those with which Slack shares a file."""


class House:
    """The processes of one product, the stand-ins around it, and its database."""

    def __init__(
        self,
        settings: Settings,
        sessions: Sessions,
        workspace: Workspace,
        drive: Drive,
        *,
        home: Path,
        fork_server: ForkServer,
    ) -> None:
        self.settings, self.sessions, self.workspace, self.drive, self.home = settings, sessions, workspace, drive, home
        self._fork_server = fork_server
        self.on_sqlite = settings.database_url.get_secret_value().startswith("sqlite")
        self.processes: list[Process] = []
        self.acknowledged: list[Acknowledged] = []
        self.spreadsheet_id = drive.create_spreadsheet("Audit 2", share_with=(BOT,))
        self.lent: dict[str, str] = {}  # agency -> the id of the spreadsheet lent to it
        self.told = {"kills": 0, "faults": 0, "returns": 0, "lost": 0, "doubled": 0, "settled": 0.0}
        """Figures for tests.faults.told: processes killed, calls that met a fault, returns acknowledged, things lost
        and doubled; and the longest wait in `settled`, in seconds."""
        self._started = 0
        self._leads: dict[str, str] = {}

    # processes

    def environment(self, **settings: str) -> dict[str, str]:
        """The settings as environment variables of a process."""
        own = self.settings
        return {
            "DATABASE_URL": own.database_url.get_secret_value(),
            "ENCRYPTION_KEYS": own.encryption_keys.get_secret_value(),
            "SLACK_BOT_TOKEN": own.slack_bot_token.get_secret_value(),
            "SLACK_SIGNING_SECRET": self.workspace.app.signing_secret,
            "SLACK_API_URL": own.slack_api_url,
            "GOOGLE_SERVICE_ACCOUNT": str(own.google_service_account),
            "GOOGLE_API_URL": own.google_api_url or "",
            "CLOCK_FILE": str(own.clock_file),
            "SWEEP_SECONDS": "0.2",
            "REDRAW_SECONDS": "0",
            "SHEET_SECONDS": "0.1",
            "MESSAGE_SECONDS": "0.1",
            "RETRY_SECONDS": "0.2",
            **settings,
        }

    def begin(self, command: tuple[str, ...], **settings: str) -> Process:
        """Start a process."""
        self._started += 1
        log = self.home / f"{self._started}-{command[0]}.log"
        process = Process(self._fork_server, command, self.environment(**settings), log)
        self.processes.append(process)
        return process

    def web(self, **settings: str) -> Process:
        """Start a web process and wait until it listens (on SQLite with the worker inside); Slack sends to it."""
        process = self.begin(WEB, PORT="0", **settings)
        assert until(lambda: bool(process.address) or process.status is not None), process.said()
        assert process.status is None, process.said()
        self.workspace.app.request_url = f"{process.address}/slack/events"
        return process

    def begin_web(self, port: int, **settings: str) -> Process:
        """Start a web process; Slack sends to it from now on, even before it listens."""
        self.workspace.app.request_url = f"http://127.0.0.1:{port}/slack/events"
        return self.begin(WEB, PORT=str(port), **settings)

    def worker(self, **settings: str) -> Process:
        """Start a worker process; on PostgreSQL only."""
        return self.begin(WORKER, **settings)

    def start(self, **settings: str) -> Process:
        """Start the whole product as the Procfile does, and return the process with the worker in it."""
        worker = self.work(**settings)
        if not self.on_sqlite:
            self.web(**settings)
        return worker

    def work(self, **settings: str) -> Process:
        """Start the worker, without a web process where that is possible, and return its process."""
        return self.web(**settings) if self.on_sqlite else self.worker(**settings)

    def kill(self) -> None:
        """Kill all processes, as a power cut does."""
        self.told["kills"] += sum(process.died() for process in self.processes)
        for process in self.processes:
            process.kill()
        self.processes.clear()

    # what people do

    def load(self, *, whole: bool = False, cases_: int = 5) -> None:
        """Load a cycle, bind it to its sheet, and open it."""
        file: dict[str, Any] = json.loads(FILE.read_text())
        path = self.home / "cycle.json"
        path.write_text(json.dumps(file if whole else small.cut(file, cases_)))
        with self.settings.database() as sessions, sessions.begin() as session:  # with the product's patience
            cycle = loading.load(session, loading.read(path), answered=False)
            state.bind(session, cycle.id, self.spreadsheet_id)
            opening.open_cycle(session, None, cycle.id)

    def lend(self, agency: str) -> None:
        """Lend an agency a sheet of its own."""
        self.lent[agency] = self.drive.create_spreadsheet(f"For {agency}", share_with=(BOT,))
        with self.settings.database() as sessions, sessions.begin() as session:
            cycle_id = session.scalars(select(Cycle.id)).one()
            state.bind(session, lend.lendable(session, cycle_id, agency), self.lent[agency])

    def return_ids(self, agency: str) -> list[str]:
        """The ids of the agency's returns, ordered by case."""
        query = (
            select(Return.id)
            .join(Involvement, Involvement.id == Return.involvement_id)
            .join(Agency, Agency.id == Involvement.agency_id)
            .join(Case, Case.id == Involvement.case_id)
            .where(Agency.label == agency)
            .order_by(Case.reference)
        )
        with self.sessions.reading() as session:
            return list(session.scalars(query))

    def lead_of(self, return_id: str) -> str:
        """The user id of the return's lead in the small cycle."""
        if return_id not in self._leads:
            self._leads |= {each: user for agency, user in small.LEADS.items() for each in self.return_ids(agency)}
        return self._leads[return_id]

    def person_dm(self, user_id: str) -> str:
        """The id of the person's direct messages with the app."""
        return self.workspace.person(user_id).dm

    def record_id(self, return_id: str) -> str:
        """The record from which a form opened now would be filled."""
        with self.sessions.reading() as session:
            lead = actor(session, self.workspace.team.id, self.lead_of(return_id))
            return submit.open_form(session, lead, return_id).record_id

    def send(self, form: Form, return_id: str, *, once: bool = False) -> Outcome:
        """Send a form, but for `once` again while the database is too busy; if it is acknowledged, remember that."""
        request = form.signed(self.workspace, self.workspace.app.request_url)
        outcome = self.workspace.sender.resend(request) if once else taken(self.workspace, request)
        if saved(outcome):
            self.acknowledged.append(Acknowledged(form, return_id))
        return outcome

    def store(self, return_id: str) -> None:
        """Submit a return of the small cycle without a web process."""
        form = Form(self.lead_of(return_id), self.record_id(return_id), f"V0{marker()}", marker())
        with self.settings.database() as sessions, sessions.begin() as session:
            lead = actor(session, self.workspace.team.id, form.user_id)
            submit.submit(session, lead, form.record_id, form.view_id, Answers(grade=form.grade, why=form.why))
        self.acknowledged.append(Acknowledged(form, return_id))

    def send_report(self) -> None:
        """Send a report's first version as a coordinator, once all cases are released and the meeting has begun."""
        with self.settings.database() as sessions, sessions.begin() as session:
            cycle = session.scalars(select(Cycle)).one()
            cycle.state = CycleState.MEETING
            session.execute(update(Case).values(released_at=now(session)))
            coordinator = actor(session, self.workspace.team.id, "U0COORDIN")
            issue.send(session, coordinator, issue.make(session, coordinator, cycle.id).id, Edition.FULL)

    def summaries_due(self) -> datetime:
        """The time at which the summaries of all meetings are due."""
        return calendar.summaries_due(max(case.meeting_at for case in self.board().cases), 3)

    def to_the_summaries(self) -> None:
        """Move the clock to the time at which all summaries are due."""
        self.settings.clock.move_to(self.summaries_due())

    def status(self) -> backlog.Status:
        with self.sessions.reading() as session:
            return backlog.status(session)

    def board(self) -> board_rules.Board:
        with self.sessions.reading() as session:
            return board_rules.board(session, session.scalars(select(Cycle.id)).one())

    def settled(self, seconds: float = 60) -> None:
        """Wait until everything in Slack and in the sheets is up to date."""
        began = monotonic()
        assert until(lambda: settling.settled(self.sessions), seconds, every=0.1), (self.status(), self.logs())
        self.told["settled"] = max(self.told["settled"], monotonic() - began)

    def logs(self) -> str:
        """The end of each process's log, for the message of a failing test."""
        return "\n".join(process.said().decode(errors="replace")[-9000:] for process in self.processes)

    def versions(self) -> list[tuple[str, str]]:
        """(return id, why) of every version stored."""
        with self.sessions.reading() as session:
            rows = session.scalars(select(ReturnVersion).order_by(ReturnVersion.return_id, ReturnVersion.number))
            return [(row.return_id, kept(session, row).why) for row in rows]

    def posted(self, channel: str) -> list[str]:
        """The texts of the app's messages in a channel, oldest first."""
        with self.workspace.lock:
            return [each.text for each in self.workspace.messages.get(channel, []) if each.by_app]

    def standing(self) -> Counter[str]:
        """Mark of a ledger row -> how many messages in Slack have it."""
        with self.workspace.lock:
            found: Counter[str] = Counter()
            for messages in self.workspace.messages.values():
                for each in messages:
                    if each.by_app and not each.files:
                        found[str((each.metadata or {})["event_payload"]["mark"])] += 1  # type: ignore[index]
            return found

    def none_lost_none_doubled(self) -> None:
        """Check that all acknowledged returns, messages and rows exist once, as the database has them."""
        stored = Counter(self.versions())
        lost = [each for each in self.acknowledged if not stored[each.return_id, each.form.why]]
        doubled: list[object] = [each for each, number in stored.items() if number > 1]
        said = or_(Message.kind.not_in((MessageKind.REMINDER, MessageKind.DIGEST)), Message.ts.is_not(None))
        with self.sessions.reading() as session:  # a reminder isn't sent if everything is answered before
            rows = session.scalars(select(Message).where(Message.state == MessageState.LIVE, said, NAMED))
            live = {row.mark for row in rows}
        standing = self.standing()
        doubled += [mark for mark, number in standing.items() if number > 1]
        self._tell(len(lost) + len(live - set(standing)), len(doubled))
        assert not lost
        assert not doubled
        assert live <= set(standing)
        sheets.are_true(self.drive, self.board(), {"": self.spreadsheet_id, **self.lent})

    def _tell(self, lost: int, doubled: int) -> None:
        hits = self.workspace.faults.hits + self.drive.faults.hits
        seen = {"faults": hits, "returns": len(self.acknowledged), "lost": lost, "doubled": doubled}
        self.told.update({what: max(number, self.told[what]) for what, number in seen.items()})
