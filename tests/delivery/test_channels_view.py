from dataclasses import replace

import pytest

from audit.delivery.channels import ChannelFinding, Channels, SlackChannel
from audit.delivery.sharing import Other
from sandbox.slack.checks import problems
from tests.kit import reading
from tests.kit.models import NOW, label
from views.delivery import channels

GOOD = ChannelFinding(
    "p" * 32, "C0AUDITEAST", label("n", 80), (label("A", 75), "Sub-group"), NOW, error=None, shared=False,
    allowed_by=None, allowed_at=None,
)  # fmt: skip
UNSEEN = replace(GOOD, name="", checked_at=None)
OTHERS = tuple(Other(f"T0OTHER{number}", (label("P", 75), "Health")) for number in range(20))
SHARED = replace(GOOD, shared=True, error=label("E", 300), others=OTHERS)
ALLOWED = replace(GOOD, shared=True, allowed_at=NOW, allowed_by=label("P", 80), others=OTHERS)


@pytest.mark.parametrize(
    ("finding", "verbs", "words"),
    [
        (UNSEEN, {channels.CHECK}, "It hasn't been checked yet"),
        (GOOD, {channels.CHECK}, "Private, and the app is in it"),
        (SHARED, {channels.CHECK, channels.ALLOW}, "It is shared with T0OTHER0 (P"),
        (replace(SHARED, others=()), {channels.CHECK, channels.ALLOW}, "Others read this channel"),
        (ALLOWED, {channels.CHECK, channels.FORBID}, "Shared with T0OTHER0 (P"),
        (replace(ALLOWED, others=()), {channels.CHECK, channels.FORBID}, "Shared with another organisation. P"),
    ],
)
def test_a_channel_in_words_with_its_buttons(finding: ChannelFinding, verbs: set[str], words: str) -> None:
    many = tuple(replace(finding, place_id=f"place{number}") for number in range(40))
    view = channels.view(Channels("c" * 32, label("T", 100), NOW, many))
    assert problems(view, "modal") == []
    assert not [text for text in reading.marked_up(view) if "<!" in text]
    assert {each["action_id"] for each in reading.buttons(view["blocks"])} == verbs
    assert words in reading.everything(view)


def test_what_slack_says_of_a_channel() -> None:
    private = {"id": "C1", "name": "audit-east", "is_private": True, "is_member": True, "is_archived": False}
    assert channels.slack_channel(private) == SlackChannel("audit-east", private=True)
    shared = private | {"is_ext_shared": True, "connected_team_ids": ["T2", "T1"]}
    assert channels.slack_channel(shared) == SlackChannel(
        "audit-east", private=True, shared=True, shared_with=("T1", "T2")
    )
    example = {"is_ext_shared": True, "context_team_id": "T0", "shared_team_ids": ["T0", "E1"]}
    assert channels.slack_channel(private | example).shared_with == ("E1",), "as Slack's example has it, without more"
    limited = example | {"connected_team_ids": ["T2"], "connected_limited_team_ids": ["T3"]}
    assert channels.slack_channel(private | limited).shared_with == ("E1", "T2", "T3")
    pending = private | {"is_pending_ext_shared": True, "pending_connected_team_ids": ["T3"]}
    assert channels.slack_channel(pending).shared_with == ("T3",)
    assert channels.slack_channel(pending).shared
    assert not channels.slack_channel({"id": "C1", "is_member": False}).member
