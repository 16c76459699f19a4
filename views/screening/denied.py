"""The names that no text may contain: their number, and a form that adds and removes some. No name is ever shown."""

from audit.screening.denied import GONE, MOST_WORDS, NAMES, DeniedNames
from views.confirming import previewed
from views.parts import ALL, View, count_of, done, modal, section, text_input

SHOW = "names.show"
SAVE = "names.save"

TITLE = "Names to keep out"


def form(listed: DeniedNames) -> View:
    """The number of names on the list, and boxes for names to add and to take off."""
    number = (
        f"*{count_of(listed.count, 'name')} on the list.* A text with one of them is refused, wherever it is written."
        " Only keyed hashes are kept, so nobody can be shown the names, not even you. Keep your own list where your"
        " children's records are."
    )
    hint = (
        f"One name a line, each of up to {MOST_WORDS} words. Capitals, accents and the order of the words don't matter."
        " A single word is refused wherever it occurs: “Hope” would refuse every “hope”."
    )
    blocks = [section(number), *([section(f"⚠️ {_lost(listed)}")] if listed.lost else [])]
    blocks += [
        text_input(NAMES, "Names to add", hint=hint),
        text_input(GONE, "Names to take off the list", hint="One name a line, as above."),
    ]
    return modal(TITLE, previewed(blocks, listed.mark), record_id=ALL, verb=SAVE, submit="Save")


def saved(listed: DeniedNames) -> View:
    """The confirmation, with the number of names added and taken off."""
    lines = [
        f"✅ {count_of(listed.added, 'name')} added, {listed.removed} taken off. Now {listed.count:,} on the list.",
        *([f"⚠️ {_lost(listed)}"] if listed.lost else []),
    ]
    return done(TITLE, lines)


def _lost(listed: DeniedNames) -> str:
    were = "was" if listed.lost == 1 else "were"
    return (
        f"{count_of(listed.lost, 'name')} {were} added under an encryption key that isn't set any more and can't be"
        " found in a text: add your names again."
    )
