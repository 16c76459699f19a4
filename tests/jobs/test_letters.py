"""Kinds of message: each is whole."""

from jobs import letters
from storage.messages import MessageKind
from views.delivery import log


def test_each_kind_of_message_says_something_and_has_a_name_in_the_delivery_log() -> None:
    assert set(letters.KINDS) == set(MessageKind) == set(log.KINDS)
