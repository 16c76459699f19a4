"""Signed but nonsensical payloads of every kind: never a 5xx, never a bug, never anybody else's effect.

The long run makes 100,000.
"""

import json
import re
import sys
from io import StringIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from structlog.testing import capture_logs

from bot import logs
from sandbox.slack import Outcome, Workspace
from sandbox.slack.sender import FORM
from storage.cases import Case, Involvement
from storage.cycles import Cycle
from storage.people import Agency
from storage.returns import Return
from tests.forged.ids import SUBMITS, VERBS
from tests.kit.at_length import LONG
from tests.kit.forging import TEAM, Payload, click, command, home_opened, modal, send, submission
from tests.kit.looking import entries, rows
from tests.kit.play import Play

EXAMPLES = 50_000 if LONG else 150
WHO = ["U0EDUNORTH", "U0CHAIR", "U0OUTSIDER", "U0POLICE"]
"""None of them may write Education's return in East, ratify a case or open a cycle."""
UNHEARD = ["workflow_step_edit", "interactive_message", "dialog_submission", "message_action", "workflow_step"]
"""Kinds of interaction that nobody here listens to."""
CANARY = "Canaryword"
ANSWERS = {"grade": "good", "why": "The plan was followed."}
odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-(10**30), max_value=10**30),
    st.floats(allow_nan=False),
    st.text(max_size=20),
    st.sampled_from(
        [
            "",
            "\x00",
            "\ud800",
            "a" * 32,
            "A" * 33,
            "9" * 5000,
            "x" * 10_000,
            "../..",
            "<!channel>",
            "'; --",
            "\u202e\u0664",
            CANARY,
        ]
    ),
    st.lists(st.text(max_size=5), max_size=3),
    st.dictionaries(st.sampled_from(["id", "value", "answer", "blocks"]), st.none() | st.text(max_size=5), max_size=3),
)
"""What may stand anywhere."""


@st.composite
def payloads(draw: st.DrawFn, records: list[str]) -> Payload:
    """A payload of any kind, by somebody who may not, with some of its parts left out or replaced."""
    who, record = draw(st.sampled_from(WHO)), draw(st.sampled_from(records))
    verb = draw(st.sampled_from(VERBS))
    kinds: list[Payload] = [
        click(who, verb, record),
        click(who, verb, record, view=modal("return.submit", record)),
        submission(who, draw(st.sampled_from(SUBMITS)), record, ANSWERS),
        submission(who, draw(st.sampled_from(["home.refresh", "x"])), record, ANSWERS) | {"type": "view_closed"},
        click(who, verb, record) | {"type": "shortcut", "callback_id": "return.open"},
        click(who, verb, record, view=modal("x", record)) | {"type": draw(st.sampled_from(UNHEARD))},
        click(who, verb, record) | {"type": "block_suggestion", "action_id": verb, "block_id": "b", "value": "x"},
        command(who, draw(st.text(max_size=10))),
        home_opened(who),
    ]
    payload: Payload = json.loads(json.dumps(draw(st.sampled_from(kinds))))
    for _ in range(draw(st.integers(0, 4))):
        _mutate(draw, payload)
    return payload


def _mutate(draw: st.DrawFn, payload: Payload) -> None:
    """Leave out, replace or add one part, anywhere."""
    spots = list(_spots(payload))
    holder, key = draw(st.sampled_from(spots))
    if draw(st.booleans()):
        holder[key] = draw(odd)
    elif isinstance(holder, dict) and draw(st.booleans()):
        del holder[key]
    elif isinstance(holder, dict):
        holder[draw(st.sampled_from(["user", "view", "actions", "team", "channel", "event", "authorizations"]))] = draw(
            odd
        )


def _spots(part: Any) -> Any:  # noqa: ANN401  # JSON of any shape
    inner = list(part.items()) if isinstance(part, dict) else list(enumerate(part)) if isinstance(part, list) else []
    for key, value in inner:
        yield part, key
        yield from _spots(value)


def _send(workspace: Workspace, payload: Payload) -> Outcome:
    """In the way Slack would send this kind, whatever has become of it."""
    if isinstance(payload.get("user"), dict) and isinstance(payload["user"].get("id"), str):
        return send(workspace, payload)
    if "command" in payload:
        return workspace.sender.command({key: str(value) for key, value in payload.items()})
    if "event" in payload:
        return send(workspace, payload)
    return workspace.sender.interactive(payload)


def _records(play: Play) -> list[str]:
    """Ids that mean something: Education's return in East, its case, its cycle; and ids that don't."""
    with play.reading() as session:
        own = session.scalars(
            select(Return.id)
            .join(Involvement, Involvement.id == Return.involvement_id)
            .join(Agency, Agency.id == Involvement.agency_id)
            .join(Case, Case.id == Involvement.case_id)
            .where(Case.reference == "T2-EAST-03", Agency.label == "Education")
        ).one()
        case = session.scalars(select(Case.id).where(Case.reference == "T2-EAST-03")).one()
        return [own, case, session.scalars(select(Cycle.id)).one(), "0" * 32, "0", "1", ""]


def test_fault_03_24_nonsense_has_no_effect(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """With everything logged: none of it says what was sent."""
    play.load()
    records, before = _records(play), rows(play.sessions)
    heard: set[bool] = set()
    """Whether anything was logged."""

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(payloads(records))
    def forged(payload: Payload) -> None:
        outcome = _send(play.workspace, payload)
        assert 200 <= outcome.status < 500, outcome
        said = written.getvalue()
        written.seek(0)
        written.truncate()
        heard.add(len(said) > 0)
        assert not re.search(rf'"event": "(bug|database_unavailable)"|{CANARY}', said), said

    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", written := StringIO())
        logs.set_up("DEBUG")
        forged()
    logs.set_up(play.settings.log_level)
    assert True in heard
    assert rows(play.sessions) == before


@pytest.mark.parametrize("kind", ["form", "json"])
def test_fault_03_bytes_of_any_sort_have_no_effect(play: Play, kind: str) -> None:
    play.load()
    before = rows(play.sessions, but=frozenset())

    @settings(max_examples=EXAMPLES // 2, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.binary(max_size=200), st.sampled_from([b"", b"payload=", b"{", b'{"type":', b"payload={"]))
    def sent(rest: bytes, head: bytes) -> None:
        outcome = play.workspace.sender.send(head + rest, FORM if kind == "form" else "application/json")
        assert 400 <= outcome.status < 500

    sent()
    assert rows(play.sessions, but=frozenset()) == before


TAMPERED = [
    "",
    "x" * 10_000,
    "\x00",
    "\ud800",
    "../../etc",
    "a" * 33,
    "a" * 64,
    "\u0664" * 5,
    "'; DROP TABLE people; --",
]


def test_fault_07_29_a_tampered_record_gets_a_sentence(play: Play) -> None:
    """By people who have every right otherwise: nothing happens, and nobody reads of a bug."""
    play.load()
    records, before = _records(play), rows(play.sessions, but=frozenset())
    for value in [*TAMPERED, *(record for record in records if record not in {"0", "1"}), "f" * 32]:
        for verb in ("return.open", "summary.read", "case.judge", "cycle.open", "summary.page"):
            for who in ("U0COORDIN", "U0EDUEAST"):
                _ask(play, click(who, verb, value))
        for verb in ("return.submit", "case.ratify"):
            _ask(play, submission("U0OUTSIDER", verb, value, ANSWERS))
    changed = {name for name, found in rows(play.sessions, but=frozenset()).items() if found != before[name]}
    assert changed <= {"trail"}
    assert {entry.detail for entry in entries(play.sessions, "denied")} >= {"enter", "case.ratify", "cycle.open"}


def _ask(play: Play, payload: Payload) -> None:
    with capture_logs() as logs:
        outcome = send(play.workspace, payload)
    assert 200 <= outcome.status < 500, (outcome, payload)
    assert [entry for entry in logs if entry["event"] == "bug"] == [], payload


def test_fault_07_a_form_of_one_return_is_not_taken_for_another(play: Play) -> None:
    play.load()
    own = _records(play)[0]
    with play.reading() as session:
        other = session.scalars(
            select(Return.id)
            .join(Involvement, Involvement.id == Return.involvement_id)
            .join(Agency, Agency.id == Involvement.agency_id)
            .join(Case, Case.id == Involvement.case_id)
            .where(Case.reference == "T2-EAST-04", Agency.label == "Education")
        ).one()
    _ask(play, submission("U0EDUEAST", "return.submit", own, ANSWERS))
    _ask(play, submission("U0EDUEAST", "return.submit", other, ANSWERS))
    assert len(rows(play.sessions)["return_versions"]) == 1
    assert TEAM in str(rows(play.sessions)["workspaces"])
