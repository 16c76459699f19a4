"""The blocks, inputs and buttons that every view is built from, within Slack's limits."""

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
"""The action id of every input; the block id is the field's name."""

ALL = "all"
"""The value of a button or form that isn't about a single record."""

REFRESH_HOME = "home.refresh"
"""The callback id of a modal that confirms a change; Slack sends it when the modal is closed."""

TITLE_LIMIT = 24
HEADER_LIMIT = 150
SECTION_LIMIT = 3000
INPUT_LIMIT = 3000
ALERT_LIMIT = 200
OPTION_LIMIT = 75
BUTTON_LIMIT = 75
VIEW_BLOCKS = 100
MESSAGE_CHARACTERS = 9_000
"""Slack refuses a message at about 10,000 characters; the remainder allows for how it counts them."""


@dataclass(frozen=True)
class Content:
    """A message. `text` is the notification (references, never reflections); `plain` replaces refused `blocks`.

    `plain` is None if `blocks` has no block type that an older Slack could refuse. `pictures`: those in either of them.
    `document`: a file that the message shares, with `text` as its comment and no blocks; it is never updated.
    """

    text: str
    blocks: list[Block]
    plain: list[Block] | None = None
    pictures: tuple[Picture, ...] = ()
    document: Document | File | None = None


def escape(text: str) -> str:
    """`text` escaped for mrkdwn, so that `<!channel>` and links in it have no effect."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters of `text`, the last an ellipsis if it was longer."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


_AS_TWO = codecs.getencoder("utf-16-le")
"""Loaded at import: its first use may be in an error shown when no file can be opened, and loading opens one."""


def _size(text: str) -> int:
    """The length of `text` as Slack may count it: escaped, and in UTF-16 units (an emoji counts two)."""
    encoded, _ = _AS_TWO(escape(text), "surrogatepass")
    return len(encoded) // 2


def pieces(text: str, limit: int = SECTION_LIMIT) -> list[str]:
    """`text` cut into pieces that fit a block."""
    cut = []
    while _size(text) > limit:
        fits = bisect_right(range(limit + 1), limit, key=lambda length: _size(text[:length])) - 1
        cut.append(text[:fits])
        text = text[fits:]
    return [*cut, text]


def fitted(text: str, limit: int) -> str:
    """`text` escaped, in at most `limit` characters, the last an ellipsis if it was longer."""
    whole = escape(text)
    return whole if len(whole) <= limit else escape(pieces(text[:limit], limit - 1)[0].rstrip()) + "…"


def plain_text(text: str) -> Block:
    """A plain text object: no markup, and no emoji from `:names:`."""
    return {"type": "plain_text", "text": text, "emoji": False}


def mrkdwn(text: str) -> Block:
    """A mrkdwn text object; text that people wrote must already be escaped."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def header(text: str) -> Block:
    """A heading, shortened to Slack's limit."""
    return {"type": "header", "text": plain_text(shorten(text, HEADER_LIMIT))}


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph of mrkdwn, with `accessory` beside it if given."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return block | {"accessory": accessory} if accessory else block


def verbatim(text: str) -> list[Block]:
    """A person's text exactly as written, in as many paragraphs as Slack's limit needs."""
    return [{"type": "section", "text": plain_text(piece)} for piece in pieces(text) if piece.strip()]


def paragraphs(lines: Iterable[str]) -> list[Block]:
    """Lines of mrkdwn, in as few sections as possible."""
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
    """A horizontal line."""
    return {"type": "divider"}


def alert(sentence: str) -> Block:
    """A prominent warning (modals only); `sentence` is plain text, not escaped."""
    if len(sentence) > ALERT_LIMIT:
        return section(f"⚠️ *Please note:* {fitted(sentence, 500)}")
    return {"type": "alert", "level": "warning", "text": plain_text(sentence)}


def button(label: str, verb: str, value: str, *, about: str = "", primary: bool = False) -> Block:
    """A button with the action id `verb` and the record's id as `value`. `about`: the record, for screen readers."""
    element: Block = {"type": "button", "action_id": verb, "value": value}
    element["text"] = plain_text(shorten(label, BUTTON_LIMIT))
    if about:
        element["accessibility_label"] = shorten(f"{label}: {about}", BUTTON_LIMIT)
    return element | {"style": "primary"} if primary else element


def confirmed(element: Block, question: str, sentence: str, yes: str) -> Block:
    """The button, with a confirmation dialog before it acts."""
    asked: Block = {"title": plain_text(question), "text": plain_text(sentence), "confirm": plain_text(yes)}
    return element | {"confirm": asked | {"deny": plain_text("Not now")}}


def actions(name: str, *elements: Block) -> Block:
    """A row of buttons."""
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
    """A text box. A text that was erased isn't filled in, so that its placeholder isn't sent as an answer."""
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
    """A choice of one from at most ten, all visible."""
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
    """A choice of one from a menu."""
    return input_block(field, label, _chosen("static_select", choices, value), hint, optional=optional)


def multi_select(
    field: str, label: str, choices: Sequence[Choice], values: Iterable[str], most: int, *, hint: str = ""
) -> Block:
    """A choice of at most `most` from a menu of at most 100."""
    options = _options(choices)
    element: Block = {"type": "multi_static_select", "options": list(options.values()), "max_selected_items": most}
    initial = [options[value] for value in values if value in options][:most]
    return input_block(field, label, element | ({"initial_options": initial} if initial else {}), hint, optional=True)


def sent_at_once(block: Block) -> Block:
    """The input, set so that Slack sends each choice at once (as a click on ANSWER) and the form can ask more."""
    return block | {"dispatch_action": True}


def datepicker(field: str, label: str, value: str = "", *, optional: bool = True, hint: str = "") -> Block:
    """A date, as ISO 8601 text."""
    element: Block = {"type": "datepicker"}
    if _is_date(value):
        element["initial_date"] = value
    return input_block(field, label, element, hint, optional=optional)


def person_select(field: str, label: str, user_id: str = "", *, optional: bool = False, hint: str = "") -> Block:
    """A choice of one person in the workspace."""
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
    """A modal that says what was done; closing it refreshes the person's Home.

    `clears`: closing it also closes the views under it, which are out of date.
    """
    closing = {"callback_id": REFRESH_HOME, "notify_on_close": True, "clear_on_close": clears}
    return modal(title, paragraphs(lines)) | closing


def trimmed(blocks: list[Block], note: str) -> list[Block]:
    """As many blocks as fit a message; if some are left out, the last is `note` (mrkdwn), which says where they are."""
    kept: list[Block] = []
    room = MESSAGE_CHARACTERS
    for block in blocks:
        room -= len(str(block.get("text") or block.get("alt_text")))
        if room < 0:
            return [*kept, context(note)]
        kept.append(block)
    return kept


def notice(title: str, sentence: str) -> View:
    """A modal that only shows a text: an explanation or an apology."""
    return modal(title, verbatim(sentence) or [section("There is nothing to show.")])


def count_of(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 case", "15 cases"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
