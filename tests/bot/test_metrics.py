"""Figures: the dashboard and the alert rules name only what is shown, and no label can hold what somebody wrote."""

import json
import re

import pytest
from prometheus_client import generate_latest

from audit.delivery import socket_connections
from audit.errors import Refused
from bot import metrics
from bot.readiness import Readiness, ready
from bot.settings import Settings
from storage.clock import Clock
from storage.crypto import Vault, new_key
from storage.engine import Sessions
from tests.kit.rooms import modules
from tests.kit.served import HERE

RULES = (HERE / "deploy/alerts.yml").read_text()
PANELS = json.loads((HERE / "deploy/dashboard.json").read_text())["panels"]
CANARY = "canaryword"


def asked() -> list[str]:
    """What the dashboard and the rules ask Prometheus for."""
    rules = re.findall(r"^ +expr: (.+)$", RULES, re.MULTILINE)
    assert len(rules) == RULES.count("- alert: ")
    return [*rules, *(target["expr"] for panel in PANELS for target in panel["targets"])]


def test_every_figure_that_is_asked_for_is_shown(sessions: Sessions) -> None:
    with sessions.begin() as session:
        socket_connections.note(session, "web", again=False)
    shown, figures = metrics.registry(sessions)
    figures.count("slack", 1, {"method": "chat.postMessage", "outcome": "done"})
    lines = [line for line in generate_latest(shown).decode().splitlines() if not line.startswith("#")]
    there = {re.split(r"[{ ]", line)[0] for line in lines}
    labels = {name for line in lines for name in re.findall(r'(\w+)="', line)} | {"job"}
    for expression in asked():
        assert set(re.findall(r"\b(?:roundtable|process)_\w+", expression)) <= there, expression
        grouped = {name for found in re.findall(r"by \(([\w, ]+)\)", expression) for name in found.split(", ")}
        assert grouped | set(re.findall(r'(\w+)=~?"', expression)) <= labels, expression
    ours = {name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count") for name in there}
    guide = (HERE / "docs/guides/running.md").read_text()
    assert {name for name in ours if name.startswith("roundtable_") and f"`{name}`" not in guide} == set()


def test_a_word_that_is_not_ours_is_no_label(sessions: Sessions) -> None:
    shown, figures = metrics.registry(sessions)
    for what, counted in metrics.COUNTED.items():
        figures.count(what, 1, dict.fromkeys(counted.labels, f"{CANARY} 07700 900123"))
    figures.count("acknowledged", 1, {"kind": CANARY})
    said = generate_latest(shown).decode()
    assert CANARY not in said
    assert 'roundtable_logged_total{level="other"} 1.0' in said


def test_every_reason_to_stop_at_the_door_is_a_label() -> None:
    source = "".join(file.read_text() for file in modules("handlers", "bot"))
    why = metrics.COUNTED["stopped"].labels["why"]
    assert isinstance(why, tuple)
    assert set(why) == set(re.findall(r'Stopped\("(\w+)"', source))


def test_without_a_database_that_is_what_is_said() -> None:
    nowhere = Sessions(
        "postgresql://nobody@127.0.0.1:1/nothing", Vault.from_text(f"k1:{new_key()}"), Clock(), patience=1
    )
    said = generate_latest(metrics.registry(nowhere)[0]).decode()
    assert "roundtable_database_up 0.0" in said
    assert "roundtable_workers" not in said
    found = Readiness(nowhere).words()
    assert (found["database"], ready(found)) == ("away", False)
    nowhere.dispose()


def test_where_no_port_can_be_had_the_start_is_refused(settings: Settings) -> None:
    elsewhere = settings.model_copy(update={"metrics_host": "192.0.2.1", "metrics_port": 9464})
    with pytest.raises(Refused, match=r"METRICS_HOST 192.0.2.1, METRICS_PORT 9464: neither that port nor one of"):
        metrics.show(elsewhere)
