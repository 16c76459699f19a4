"""The pieces that every view is built from: blocks, inputs and buttons within Slack's limits."""

import codecs
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from audit.erased_word import ERASED
from views.documents import Document, File
from views.pictures import Picture

Block = dict[str, object]
View = dict[str, object]
Choice = tuple[str, str]
"""An option: its value and its label."""

ANSWER = "answer"
"""The action id of every input; its block id says which."""

ALL = "all"
"""What a form, or a button, that is about no one record says that it is about."""

DONE = "home.refresh"
"""The callback id of what is told when somebody closes a modal that thanked them."""

TITLE_LIMIT = 24
HEADER_LIMIT = 150
SECTION_LIMIT = 3000
INPUT_LIMIT = 3000
ALERT_LIMIT = 200
OPTION_LIMIT = 75
BUTTON_LIMIT = 75
VIEW_BLOCKS = 100
MESSAGE_CHARACTERS = 9_000
"""Slack refuses a message at about 10,000 characters; the rest is for its own reckoning."""


@dataclass(frozen=True)
class Content:
    """A message. `text` is the notification (references, never reflections); `plain` is for when `blocks` is refused.

    `plain` None means that `blocks` holds nothing that an older Slack could refuse. `pictures` are those that either
    shows. `document`: a file that the message shares, with `text` as its comment and no blocks; it is never updated.
    """

    text: str
    blocks: list[Block]
    plain: list[Block] | None = None
    pictures: tuple[Picture, ...] = ()
    document: Document | File | None = None


def escape(text: str) -> str:
    """`text` for mrkdwn: with it, `<!channel>` and links are only characters."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters of `text`, the last an ellipsis if there were more."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


_AS_TWO = codecs.getencoder("utf-16-le")
"""Loaded now: at its first use no file may be left to open, and that is what has to be said then."""


def _size(text: str) -> int:
    """How long `text` is as Slack might count it: escaped, and an emoji as two."""
    encoded, _ = _AS_TWO(escape(text), "surrogatepass")
    return len(encoded) // 2


def pieces(text: str, limit: int = SECTION_LIMIT) -> list[str]:
    """`text` cut to fit blocks."""
    found = []
    while _size(text) > limit:
        fits = bisect_right(range(limit + 1), limit, key=lambda length: _size(text[:length])) - 1
        found.append(text[:fits])
        text = text[fits:]
    return [*found, text]


def fitted(text: str, limit: int) -> str:
    """`text` escaped, at most `limit` characters of that, the last an ellipsis if there were more."""
    whole = escape(text)
    return whole if len(whole) <= limit else escape(pieces(text[:limit], limit - 1)[0].rstrip()) + "…"


def plain_text(text: str) -> Block:
    """Text shown exactly as it stands: no markup, and no emoji out of :words:."""
    return {"type": "plain_text", "text": text, "emoji": False}


def mrkdwn(text: str) -> Block:
    """Text with markup, whatever a person wrote escaped already."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def header(text: str) -> Block:
    """A heading."""
    return {"type": "header", "text": plain_text(shorten(text, HEADER_LIMIT))}


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph of mrkdwn, with the `accessory` beside it if one is given."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return block | {"accessory": accessory} if accessory else block


def verbatim(text: str) -> list[Block]:
    """What a person wrote, exactly as written, in as many paragraphs as Slack needs."""
    return [{"type": "section", "text": plain_text(piece)} for piece in pieces(text) if piece.strip()]


def paragraphs(lines: Iterable[str]) -> list[Block]:
    """Lines of mrkdwn, in as few sections as hold them."""
    packed: list[str] = []
    for line in lines:
        if packed and len(packed[-1]) + 1 + len(line) <= SECTION_LIMIT:
            packed[-1] += "\n" + line
        else:
            packed.append(line)
    return [section(text) for text in packed]


def context(text: str) -> Block:
    """A small grey line of mrkdwn."""
    return {"type": "context", "elements": [mrkdwn(text)]}


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def alert(sentence: str) -> Block:
    """A warning that stands out (modals only); `sentence` is as a person reads it, not escaped."""
    if len(sentence) > ALERT_LIMIT:
        return section(f"⚠️ *Please note:* {fitted(sentence, 500)}")
    return {"type": "alert", "level": "warning", "text": plain_text(sentence)}


def button(label: str, verb: str, value: str, *, about: str = "", primary: bool = False) -> Block:
    """A button that asks for `verb` on the record `value`. `about`: what it is about, for screen readers."""
    element: Block = {"type": "button", "action_id": verb, "value": value}
    element["text"] = plain_text(shorten(label, BUTTON_LIMIT))
    if about:
        element["accessibility_label"] = shorten(f"{label}: {about}", BUTTON_LIMIT)
    return element | {"style": "primary"} if primary else element


def confirmed(element: Block, question: str, sentence: str, yes: str) -> Block:
    """The button, which asks once more before anything happens."""
    asked: Block = {"title": plain_text(question), "text": plain_text(sentence), "confirm": plain_text(yes)}
    return element | {"confirm": asked | {"deny": plain_text("Not now")}}


def actions(name: str, *elements: Block) -> Block:
    """Buttons in a row."""
    return {"type": "actions", "block_id": name, "elements": list(elements)}


def input_block(field: str, label: str, element: Block, hint: str, *, optional: bool) -> Block:
    """An input of any kind, under its label."""
    block: Block = {"type": "input", "block_id": field, "label": plain_text(label), "optional": optional}
    block["element"] = element | {"action_id": ANSWER}
    return block | {"hint": plain_text(hint)} if hint else block


def text_input(
    field: str,
    label: str,
    value: str = "",
    *,
    limit: int = INPUT_LIMIT,
    multiline: bool = True,
    optional: bool = True,
    hint: str = "",
) -> Block:
    """A box to write in; what was erased is not in it, so that nobody sends it for an answer."""
    element: Block = {"type": "plain_text_input", "multiline": multiline, "max_length": limit}
    if value and value != ERASED:
        element["initial_value"] = value[:limit]
    return input_block(field, label, element, hint, optional=optional)


def _options(choices: Sequence[Choice]) -> dict[str, Block]:
    return {value: {"text": plain_text(shorten(label, OPTION_LIMIT)), "value": value} for value, label in choices}


def _chosen(kind: str, choices: Sequence[Choice], value: str | None) -> Block:
    options = _options(choices)
    element: Block = {"type": kind, "options": list(options.values())}
    return element | {"initial_option": options[value]} if value in options else element


def radios(
    field: str, label: str, choices: Sequence[Choice], value: str | None, *, optional: bool = False, hint: str = ""
) -> Block:
    """A choice of at most ten, all in sight."""
    return input_block(field, label, _chosen("radio_buttons", choices, value), hint, optional=optional)


def checkboxes(
    field: str, label: str, choices: Sequence[Choice], ticked: Iterable[str] = (), *, hint: str = ""
) -> Block:
    """Any number of at most ten choices."""
    options = _options(choices)
    element: Block = {"type": "checkboxes", "options": list(options.values())}
    initial = [options[value] for value in ticked if value in options]
    return input_block(field, label, element | ({"initial_options": initial} if initial else {}), hint, optional=True)


def select(
    field: str, label: str, choices: Sequence[Choice], value: str | None, *, optional: bool = True, hint: str = ""
) -> Block:
    """A choice from a menu."""
    return input_block(field, label, _chosen("static_select", choices, value), hint, optional=optional)


def multi_select(
    field: str, label: str, choices: Sequence[Choice], values: Iterable[str], most: int, *, hint: str = ""
) -> Block:
    """At most `most` choices from a menu of at most a hundred."""
    options = _options(choices)
    element: Block = {"type": "multi_static_select", "options": list(options.values()), "max_selected_items": most}
    initial = [options[value] for value in values if value in options][:most]
    return input_block(field, label, element | ({"initial_options": initial} if initial else {}), hint, optional=True)


def told_at_once(block: Block) -> Block:
    """The input; Slack tells a choice in it as soon as it is made (a click on ANSWER), so that more can be asked."""
    return block | {"dispatch_action": True}


def datepicker(field: str, label: str, value: str = "", *, optional: bool = True, hint: str = "") -> Block:
    """A day, as an ISO date."""
    element: Block = {"type": "datepicker"}
    if _is_date(value):
        element["initial_date"] = value
    return input_block(field, label, element, hint, optional=optional)


def person_select(field: str, label: str, user_id: str = "", *, optional: bool = False, hint: str = "") -> Block:
    """A choice of one person of the workspace."""
    element: Block = {"type": "users_select"}
    if user_id:
        element["initial_user"] = user_id
    return input_block(field, label, element, hint, optional=optional)


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def modal(title: str, blocks: list[Block], *, record_id: str = "", verb: str = "", submit: str = "") -> View:
    """A modal; with `verb` and `submit` it is a form about the record `record_id`."""
    view: View = {"type": "modal", "title": plain_text(shorten(title, TITLE_LIMIT)), "blocks": blocks}
    view["close"] = plain_text("Cancel" if submit else "Close")
    if record_id:
        view["private_metadata"] = record_id
    if submit:
        view |= {"callback_id": verb, "submit": plain_text(shorten(submit, TITLE_LIMIT))}
    return view


def done(title: str, lines: Iterable[str], *, clears: bool = False) -> View:
    """A modal that says what has been done; closing it brings the person's Home up to date.

    `clears`: it closes those under it as well, since they show how things were before.
    """
    return {
        **modal(title, paragraphs(lines)), "callback_id": DONE, "notify_on_close": True, "clear_on_close": clears,
    }  # fmt: skip


def trimmed(blocks: list[Block], note: str) -> list[Block]:
    """As many blocks as a message holds; where some are left out, `note` says where they are: mrkdwn."""
    kept: list[Block] = []
    room = MESSAGE_CHARACTERS
    for block in blocks:
        room -= len(str(block.get("text") or block.get("alt_text")))
        if room < 0:
            return [*kept, context(note)]
        kept.append(block)
    return kept


def notice(title: str, sentence: str) -> View:
    """A modal that only says something: an explanation, or an apology."""
    return modal(title, verbatim(sentence) or [section("There is nothing to show.")])


def count_of(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 case", "15 cases"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
