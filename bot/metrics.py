"""Metrics of this process and of waiting work, for Prometheus, at a port of their own (docs/decisions/0068).

No label contains an id or anything that somebody wrote: a value that isn't listed here counts as "other".
"""

import re
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from threading import Thread

import structlog
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    make_wsgi_app,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from audit.delivery import backlog, socket_connections
from audit.errors import Refused
from bot import server
from bot.settings import METRICS_PORTS, Settings
from handlers.listeners import ListenerKind
from jobs import worker_slots
from storage import observed
from storage.engine import Sessions
from storage.writers_turn import Busy

PATIENCE = 2.0
"""Seconds for a lock, a statement or a connection, and for a scraper to send its request."""
ROOM = 8
"""Number of connections for scrapers: more would take files and memory from people's requests."""
SLACK_WAITS = (0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 5.0, 10.0)
"""Bounds in seconds; Slack gives up after 3."""
OTHER = "other"
METHOD = re.compile(r"[a-z]+(\.[A-Za-z]+){1,3}")
"""The name of one of Slack's API methods."""


@dataclass(frozen=True)
class CountedFigure:
    """A metric that storage/observed reports: its name, its meaning, and the values that each label can have.

    A pattern such as METHOD stands for names that Slack defines and our code contains.
    """

    name: str
    meaning: str
    labels: Mapping[str, tuple[str, ...] | re.Pattern[str]]

    def listed(self, label: str, word: str) -> str:
        """The value if the label can have it, otherwise "other"."""
        known = self.labels[label]
        fits = known.fullmatch(word) if isinstance(known, re.Pattern) else word in known
        return word if fits else OTHER


WAITED = CountedFigure(
    "acknowledgement_seconds",
    "From the last byte of what Slack sent to the answer, in seconds.",
    {"kind": (*ListenerKind, OTHER)},
)
COUNTED: Mapping[str, CountedFigure] = {
    "stopped": CountedFigure(
        "requests_stopped",
        "Requests and envelopes that went no further than the door.",
        {
            "why": (
                "busy", "certificate_check", "ending", "events_dropped_by_slack", "stale", "too_large",
                "unknown_envelope", "unknown_event", "unknown_interaction", "unreadable", "unsigned",
            )
        },
    ),
    "delivery": CountedFigure(
        "deliveries",
        "Attempts to bring a message or a sheet up to date, or to look up the people of a list.",
        {"of": ("message", "sheet", "lookup"), "outcome": ("done", "later", "set_aside", "overtaken", "bug")},
    ),
    "slack": CountedFigure(
        "slack_calls",
        "Calls of Slack's API, by what came back.",
        {"method": METHOD, "outcome": ("done", "later", "refused", "unreachable")},
    ),
    "google": CountedFigure(
        "google_calls", "Requests to Google, by what came back.", {"outcome": ("done", "later", "refused", "bug")}
    ),
    "logged": CountedFigure("logged", "Lines of the log, by level.", {"level": ("warning", "error", "critical")}),
}  # fmt: skip


log = structlog.get_logger()
disable_created_metrics()  # type: ignore[no-untyped-call]  # no extra metrics with times of creation


class ProcessFigures:
    """Counters of what this process has done since its start."""

    def __init__(self, shown: CollectorRegistry) -> None:
        self._waited = Histogram(f"roundtable_{WAITED.name}", WAITED.meaning, [*WAITED.labels], registry=shown,
                                 buckets=SLACK_WAITS)  # fmt: skip
        for kind in (*ListenerKind, OTHER):
            self._waited.labels(kind)
        self._counters = {
            what: Counter(f"roundtable_{each.name}", each.meaning, [*each.labels], registry=shown)
            for what, each in COUNTED.items()
        }
        for what, each in COUNTED.items():
            words = [known for known in each.labels.values() if not isinstance(known, re.Pattern)]
            for combined in product(*words) if len(words) == len(each.labels) else ():
                self._counters[what].labels(*combined)

    def count(self, what: str, amount: float, words: Mapping[str, str]) -> None:
        """Add an event to its metric; called by storage/observed."""
        if what == "acknowledged":
            self._waited.labels(**_listed(WAITED, words)).observe(amount)
        else:
            self._counters[what].labels(**_listed(COUNTED[what], words)).inc(amount)


def _listed(figure: CountedFigure, words: Mapping[str, str]) -> dict[str, str]:
    return {label: figure.listed(label, word) for label, word in words.items()}


class WaitingFigures(Collector):
    """Metrics of waiting work, read from the database at every scrape: the same in every process."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def describe(self) -> list[Metric]:
        """Return no metrics, so that the database isn't read until the first scrape."""
        return []

    def collect(self) -> Iterator[Metric]:
        """A metric for each thing that waits; if the database doesn't answer, only that."""
        try:
            figures = self._asked()
        except (Busy, SQLAlchemyError):
            figures = {}
        yield GaugeMetricFamily("roundtable_database_up", "Whether the database answers.", float(bool(figures)))
        for name, (meaning, value) in figures.items():
            yield GaugeMetricFamily(f"roundtable_{name}", meaning, value)

    def _asked(self) -> dict[str, tuple[str, float]]:
        with self._sessions.reading() as session:
            now, waited = backlog.status(session), backlog.longest_wait(session)
            lag, slack = backlog.sheet_lag(session), socket_connections.known(session)
            workers = worker_slots.alive(session)
        aside = sum(each.set_aside for each in now.trouble)
        sheets = [sheet for sheet in now.sheets if sheet.behind]
        figures = {
            "changes_waiting": ("Changes that the worker hasn't taken up.", now.promises),
            "messages_waiting": ("Messages that aren't in Slack as they should be.", now.messages_behind),
            "messages_set_aside": ("Messages that wait for a person to fix something.", aside),
            "oldest_wait_seconds": ("How long the oldest change or unposted message waits.", waited.total_seconds()),
            "sheets_waiting": ("Sheets that don't show every change.", len(sheets)),
            "sheet_lag_seconds": ("For how long the sheet that is furthest behind has been.", lag.total_seconds()),
            "workers": ("Workers that are at work.", workers),
        }
        if slack is not None:
            figures["slack_connection_up"] = ("Whether a connection in Socket Mode is open.", slack.stands)
        return {name: (meaning, float(value)) for name, (meaning, value) in figures.items()}


def registry(sessions: Sessions) -> tuple[CollectorRegistry, ProcessFigures]:
    """The registry of all metrics, and the ProcessFigures that count what this process does."""
    shown = CollectorRegistry()
    ProcessCollector(registry=shown)
    shown.register(WaitingFigures(sessions))
    return shown, ProcessFigures(shown)


def show(settings: Settings) -> None:
    """Serve the metrics at the first free of METRICS_PORTS ports from METRICS_PORT on; Refused if none is free."""
    if settings.metrics_port is None:
        return
    listener = _listener(settings.metrics_host, settings.metrics_port)
    shown, figures = registry(settings.sessions(patience=PATIENCE))
    showing = server.Server(make_wsgi_app(shown), listener, patience=PATIENCE, room=ROOM)
    Thread(target=showing.run, name="metrics", daemon=True).start()
    observed.count_with(figures.count)
    log.info("metrics_shown", number=listener.getsockname()[1])


def _listener(host: str, first: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in range(first, first + METRICS_PORTS):
        try:
            return socket.create_server((host, port), family=family)
        except OSError as error:
            why = error.strerror
    raise Refused(
        f"METRICS_HOST {host}, METRICS_PORT {first}: neither that port nor one of the nine after it can be listened at"
        f" ({why})."
    )
