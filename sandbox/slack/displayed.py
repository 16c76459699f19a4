"""The blocks that a message or view shows, and those it showed before, since a person may be pressing one of those."""

from typing import Final

from sandbox.slack.answers import CannotDo
from sandbox.slack.model import Message, View
from sandbox.slack.shapes import Obj, objs, text
from sandbox.slack.stored import elements
from sandbox.slack.workspace import Workspace

MOST_EARLIER: Final = 200
"""The number of earlier blocks kept for a message or a view."""


def blocks(at: Message | View) -> list[Obj]:
    """The blocks that a message or a view shows now."""
    return at.blocks if isinstance(at, Message) else objs(at.content["blocks"])


def usable(workspace: Workspace, at: Message | View) -> list[tuple[Obj, Obj]]:
    """Every (block, element) that a person may see: the present ones, then earlier ones, newest first."""
    return elements([*blocks(at), *workspace.earlier.get(_key(at), [])])


def replaced(workspace: Workspace, at: Message | View, by: list[Obj]) -> None:
    """Keep the blocks of `at` that `by` is about to replace, except those whose elements are in `by` as well."""
    stays = {_ids(pair) for pair in elements(by)}
    earlier = [*blocks(at), *workspace.earlier.get(_key(at), [])]
    gone = [one for one in earlier if any(_ids(pair) not in stays for pair in elements([one]))]
    workspace.earlier[_key(at)] = gone[:MOST_EARLIER]


def element(workspace: Workspace, at: Message | View, action_id: str | None, block_id: str | None) -> tuple[Obj, Obj]:
    """The block and element with these ids (None: any); replaced ones are found only if a block_id is given.

    Raises CannotDo if there is none.
    """
    return found(usable(workspace, at) if block_id else elements(blocks(at)), action_id, block_id)


def found(pairs: list[tuple[Obj, Obj]], action_id: str | None, block_id: str | None) -> tuple[Obj, Obj]:
    """The first pair with these ids (None: any). Raises CannotDo if there is none."""
    for block, one in pairs:
        if action_id in {None, one.get("action_id")} and block_id in {None, block.get("block_id")}:
            return block, one
    named = [text(block.get("block_id") if action_id is None else one.get("action_id")) for block, one in pairs]
    raise CannotDo(f"there's no element {action_id or block_id}; there are {', '.join(named) or 'none'}")


def _ids(pair: tuple[Obj, Obj]) -> tuple[str, str]:
    block, one = pair
    return text(block.get("block_id")), text(one.get("action_id"))


def _key(at: Message | View) -> str:
    return f"{at.channel}|{at.ts}" if isinstance(at, Message) else at.id
