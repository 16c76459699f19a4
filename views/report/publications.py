"""A publication before its release: what it reveals, what it leaves out and why, and the button to release it."""

from collections.abc import Iterator

from audit.calendar import in_london
from audit.report.publications import AskedPublication
from audit.report.publishable import Decision
from views.parts import Block, Content, actions, button, confirmed, context, escape, fitted, paragraphs, section
from views.report.editions import EDITIONS
from views.report.paragraphs import CALLED, TITLE
from views.report.sign_off import newer_than
from views.words import on

RELEASE = "report.release"
"""The button that releases a publication (value: its id)."""
_ROOM = 1500
"""The most characters for what is left out, and for what is already known."""


def message(asked: AskedPublication) -> Content:
    """The message to the person who asked for the publication, kept up to date."""
    title = f"{EDITIONS[asked.edition]}: {escape(asked.audit)}, report version {asked.version}"
    blocks = [section(f"*{title}*"), *_state(asked), *_unknown(asked)]
    if asked.decision is not None and not asked.decision.refused:
        blocks += [*_decided(asked.decision), *_stated(asked)]
    blocks += _beside(asked)
    return Content(f"{title}: {_said(asked)}", [*blocks, *_asking(asked)])


def _beside(asked: AskedPublication) -> Iterator[Block]:
    """The texts that a public edition includes, and the reason why it goes out without all sign-offs."""
    if asked.places:
        named = [CALLED.get(place) or f"theme {place.partition(':')[2]}" for place in asked.places]
        texts = _fitted([f"• {escape(each)}" for each in named], f"see *{TITLE}*")
        yield from paragraphs(["*It has these texts, each included by name*", *texts])
    if asked.unsigned:
        yield from paragraphs(
            ["*Not everybody has signed this version off. Why it goes out anyway*", fitted(asked.unsigned, 1500)]
        )


def _said(asked: AskedPublication) -> str:
    if asked.released_at is not None:
        return "released."
    if asked.decision is None:
        return "it is being checked."
    return "it can't be published." if asked.decision.refused else "look at what it leaves out, and release it."


def _state(asked: AskedPublication) -> Iterator[Block]:
    if asked.released_at is not None:
        by = f" by {escape(asked.released_by)}" if asked.released_by else ""
        yield section(f"✅ Released on {on(in_london(asked.released_at).date())}{by}.")
    elif asked.decision is not None and asked.decision.refused:
        yield section(f"⚠️ *It can't be published.* {escape(asked.decision.refused)}")
    elif asked.since.total:
        yield section(f"⚠️ {newer_than(asked.since)} this version, and would be missing from what is published.")


def _stated(asked: AskedPublication) -> Iterator[Block]:
    """The texts to look at again before a release, since nothing checks what they say."""
    if asked.stated and asked.released_at is None:
        texts = _fitted([f"• {escape(what)}: “{escape(words)}”" for what, words in asked.stated], "read those, too")
        told = "Nothing checks what these texts say. If one says in how many cases something is so or where, reword it."
        yield from paragraphs([f"*{told}*", *texts])


def _unknown(asked: AskedPublication) -> Iterator[Block]:
    if asked.unknown and asked.released_at is None:
        yield section(f"⚠️ {asked.unknown} If anything was, don't release this.")


def _decided(decided: Decision) -> Iterator[Block]:
    revealed = [f"• {escape(decided.table(name))}" for name in decided.told]
    yield from paragraphs(["*It reveals*", *(revealed or ["No number about cases except how many there are."])])
    if decided.left_out:
        left_out = [f"• {escape(decided.table(name))}: {escape(why)}." for name, why in decided.left_out]
        yield from paragraphs(["*It leaves out*", *_fitted(left_out, "the document says it in each place")])
    if decided.known:
        known = _fitted([f"• {escape(each)}" for each in decided.known], "*Report* has what was sent")
        yield from paragraphs(["*What earlier publications already reveal, and can't be taken back*", *known])


def _fitted(lines: list[str], where: str) -> list[str]:
    room, kept = _ROOM, list[str]()
    for place, line in enumerate(lines):
        room -= len(line)
        if room < 0 and kept:
            return [*kept, f"and {len(lines) - place} more: {where}"]
        kept.append(line)
    return kept


def _asking(asked: AskedPublication) -> Iterator[Block]:
    decided = asked.decision
    if asked.released_at is not None or decided is None or decided.refused:
        return
    where = "It is shared in the sub-group's channel." if asked.to_sub_group else "It comes to you in a message."
    sentence = f"It is released in your name, and can't be taken back. {where}"
    release = button("Release it", RELEASE, asked.id, about=f"version {asked.version}", primary=True)
    yield actions("releasing", confirmed(release, "Release it?", sentence, "Release it"))
    yield context(
        "Checked against everything published about this audit, for anybody who reads it and for an agency that "
        "knows its own cases."
    )
