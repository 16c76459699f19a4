"""Where Slack refuses charts, a tally shows pictures: uploaded once, shared with nobody, not waited for without end."""

import json
from collections.abc import Iterable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from audit.calendar import summaries_due
from jobs import sweep
from jobs.deliver import deliver
from jobs.slack_posting import Poster
from sandbox.faults import Fault
from sandbox.slack.model import File
from storage.cases import Case
from storage.clock import now, wall
from storage.messages import Message, MessageKind, Upload
from tests.kit.play import Play

COMPLETE = "files.completeUploadExternal"
SUB_GROUP = "C0SUBGROUP"
LOOKING = "Slack is still looking at a picture."


@pytest.fixture
def tally(play: Play) -> str:
    """The id of a tally that is due, of one return, in a Slack that knows no charts."""
    play.load()
    assert play.send_return("U0EDUEAST", "T2-EAST-03").ok
    meeting = max(case.meeting_at for case in play.board().cases)
    play.move_clock(summaries_due(meeting, 3) + timedelta(minutes=1))
    with play.sessions.begin() as session:
        session.execute(update(Case).values(released_at=now(session)))
    sweep.take_up(play.sessions)
    play.workspace.lacks = frozenset({"data_visualization", "data_table"})
    with play.reading() as session:
        return session.scalars(select(Message.id).where(Message.kind == MessageKind.TALLY)).one()


def send(play: Play, message_id: str) -> str | None:
    """One attempt now, whatever it should have waited for; what kept it from Slack."""
    with play.sessions.begin() as session:
        session.execute(update(Message).values(next_try_at=wall()))
    poster = Poster(play.settings.slack_bot_token.get_secret_value(), play.settings.slack_api_url)
    deliver(play.sessions, poster, message_id)
    with play.reading() as session:
        return session.get_one(Message, message_id).error


def again(play: Play, message_id: str) -> str | None:
    """Another attempt, though nothing changed."""
    with play.sessions.begin() as session:
        session.execute(
            update(Message).where(Message.id == message_id).values(wanted=Message.wanted + 1, content_hash=None)
        )
    return send(play, message_id)


def files(play: Play) -> list[File]:
    """What was uploaded and is there."""
    return [file for file in play.workspace.files.values() if file.complete]


def pictures(play: Play) -> list[tuple[str, str]]:
    """(file id, words) of the pictures in the one message in the sub-group's channel."""
    [message] = [each for each in play.workspace.messages.get(SUB_GROUP, []) if each.by_app]
    assert "Scores alone do not explain the cases" in json.dumps(message.blocks)
    return [
        (str(block["slack_file"]["id"]), str(block["alt_text"]))  # type: ignore[index]
        for block in message.blocks
        if block["type"] == "image"
    ]


@pytest.mark.both_databases
def test_a_tally_with_pictures_is_updated_in_place_and_nothing_is_uploaded_twice(play: Play, tally: str) -> None:
    play.workspace.file_seconds = 1000  # Slack takes its time
    assert send(play, tally) == LOOKING
    assert play.workspace.messages.get(SUB_GROUP, []) == []
    play.workspace.file_seconds = 0
    assert send(play, tally) is None
    [file] = files(play)
    [(shown, words)] = pictures(play)
    assert shown == file.id
    assert "East (50 returns, 49 awaited): Outstanding: 0, Good: 1, Requires improvement: 0" in words
    assert (file.channels, file.shares) == ([], {})
    assert again(play, tally) is None
    assert play.workspace.counts[COMPLETE] == 1

    assert play.send_return("U0EDUEAST", "T2-EAST-04", grade="inadequate").ok
    sweep.take_up(play.sessions)
    assert send(play, tally) is None
    [newer] = files(play)  # the one that nobody sees any more is gone
    assert newer.id != file.id
    [(shown, words)] = pictures(play)
    assert shown == newer.id
    assert "Good: 1, Requires improvement: 0, Inadequate: 1" in words
    assert "files.sharedPublicURL" not in play.workspace.counts


def attempts(play: Play, tally: str, faults: Iterable[Fault]) -> None:
    """One for each of the faults, which keeps it from posting; then one that does."""
    for fault in faults:
        play.workspace.faults.add(fault)
        assert send(play, tally) is not None
    assert send(play, tally) is None


@pytest.mark.on_sqlite
def test_an_upload_whose_end_nobody_saw_is_looked_for(play: Play, tally: str) -> None:
    attempts(
        play, tally,
        [
            Fault("files.getUploadURLExternal", drop="after"),
            Fault("POST /upload/", drop="after"),
            Fault("POST /upload/", status=500),
            Fault(COMPLETE, status=200, body='{"ok":false,"error":"internal_error"}'),
            Fault(COMPLETE, drop="after"),
        ],
    )  # fmt: skip
    [file] = files(play)
    assert [shown for shown, _ in pictures(play)] == [file.id]


@pytest.mark.both_databases
def test_no_message_waits_for_its_pictures_for_good(play: Play, tally: str) -> None:
    assert play.workspace.app.scopes is not None
    play.workspace.app.scopes.remove("files:write")
    assert send(play, tally) is None
    assert pictures(play) == [], "the app may not upload: its words say the same"

    play.workspace.app.scopes.append("files:write")
    early = wall() - timedelta(minutes=2)
    with play.sessions.begin() as session:
        session.execute(update(Upload).values(begun_at=early))
    play.workspace.faults.add(Fault("POST /upload/", times=None, status=503))
    assert again(play, tally) is None
    assert pictures(play) == [], "tried for long enough"

    play.workspace.faults.clear()
    play.workspace.file_seconds = 1000
    assert again(play, tally) == LOOKING
    with play.sessions.begin() as session:
        session.execute(update(Upload).values(uploaded_at=early))
    assert send(play, tally) is None
    assert pictures(play) == [], "waited for long enough"

    play.workspace.file_seconds = 0
    assert again(play, tally) is None
    assert len(pictures(play)) == len(files(play)) == 1
