"""Questions about a sent form: is a text an identifier, is a choice the intended one? At most one per field."""

from collections.abc import Mapping

from audit.errors import Question
from views.confirming import unmarked
from views.parts import VIEW_BLOCKS, Block, View, checkboxes, shorten

CONFIRMED = "nobody"
"""The action id of the checkbox that answers a question, and the prefix of the questions' block ids."""
ABOUT_A_PRESS = "passing."
"""The prefix of the block ids of messages about one press; they are removed when questions are next added."""
ANSWER_FIRST = "Nothing was saved. Tick this if nobody is identified. If somebody is, take it out above."
CHOICE_FIRST = "Nothing was saved. Tick this if that is the right {}, or choose another one above."
LABEL = 150
"""The most characters of a field's label that a question quotes."""
_KEPT = (
    "type", "callback_id", "title", "submit", "close", "private_metadata", "clear_on_close", "notify_on_close",
)  # fmt: skip


def block_id(asked: Question) -> str:
    """The block id of a question."""
    return f"{CONFIRMED}-{asked.mark}"


def question(label: str, asked: Question) -> Block:
    """The question about the field labelled `label`. Ticking its checkbox sends back the question's mark."""
    name, kinds = shorten(label, LABEL), " and ".join(", ".join(asked.kinds).rsplit(", ", 1))
    says = f"“{name}” may contain {kinds}. Does it identify somebody?", "No: it identifies nobody"
    instead = "If it identifies somebody, take it out above instead."
    if asked.fact:
        says = f"“{name}”: {asked.fact}. Is that the right {asked.choice}?", f"Yes: that is the right {asked.choice}"
        instead = f"If it isn't, choose another {asked.choice} above instead."
    block = checkboxes(
        block_id(asked), says[0], [(asked.mark, says[1])], hint=f"Nothing is saved until you answer. {instead}"
    )
    element = block["element"]
    assert isinstance(element, dict)  # noqa: S101  # `checkboxes` makes a dict
    return block | {"element": element | {"action_id": CONFIRMED}}


def unanswered(asked: Question) -> str:
    """The error shown at a question that was left unanswered."""
    return CHOICE_FIRST.format(asked.choice) if asked.fact else ANSWER_FIRST


def with_questions(shown: Mapping[str, object], questions: Mapping[str, Question]) -> View | None:
    """The form as it was `shown`, with the questions added at its end; None if they don't fit or their fields are gone.

    Slack keeps the value of an input whose block id is unchanged, so what was typed is still there.
    """
    gone = (f"{CONFIRMED}-", ABOUT_A_PRESS)
    blocks = [block for block in _blocks(shown) if not str(block.get("block_id", "")).startswith(gone)]
    labels = {unmarked(str(block["block_id"]))[0]: _label(block) for block in blocks if block.get("type") == "input"}
    if questions.keys() - labels or len(blocks) + len(questions) > VIEW_BLOCKS:
        return None
    asked = [question(labels[field], each) for field, each in questions.items()]
    return {name: shown[name] for name in _KEPT if shown.get(name)} | {"blocks": [*blocks, *asked]}


def _blocks(shown: Mapping[str, object]) -> list[Block]:
    blocks = shown.get("blocks")
    return [block for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else []


def _label(block: Block) -> str:
    label = block.get("label")
    return str(label.get("text", "")) if isinstance(label, dict) else ""
