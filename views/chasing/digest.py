"""The coordinators' digest of a cycle's progress."""

from collections.abc import Iterable

from audit.chasing.digest import Digest, Gap
from audit.labels import within
from views.chasing.progress import SHOW, TITLE
from views.chasing.reminders import NUDGE, covered_line
from views.parts import Block, Content, actions, button, count_of, escape, fitted, header, paragraphs, section
from views.words import on, when

_ROOM = 3000
"""The most characters about agencies that haven't answered; each of the other lists has half of that."""
_PROGRESS = f"press *{TITLE}*"


def digest(digest: Digest) -> Content:
    """The message to a coordinator; its notification has only the audit's name, its progress and its deadline."""
    now = digest.now
    state = f"{digest.answered} of {count_of(digest.asked, 'return')} answered. Deadline: {when(digest.due_at, now)}"
    waiting = _waiting(digest)
    blocks = [header(digest.cycle_name), section(f"*{state}*"), *paragraphs(waiting), *_gaps(digest), *_people(digest)]
    buttons = actions(
        "doing",
        button(TITLE, SHOW, digest.cycle_id, primary=True),
        *([button("Remind now", NUDGE, digest.cycle_id)] if digest.gaps else []),
    )
    return Content(f"{fitted(digest.cycle_name, 120)}. {state}", [*blocks, buttons])


def _waiting(digest: Digest) -> list[str]:
    """The counts of what a coordinator has to act on; empty if there is nothing."""
    counted = (
        (digest.immediate, count_of(digest.immediate, "immediate action"), "not closed yet"),
        (digest.declines, count_of(digest.declines, "request"), "not to answer, for you to decide"),
        (digest.set_aside, count_of(digest.set_aside, "message"), "could not be delivered: see Home"),
    )
    return [f"⚠️ *{words}* {state}" for number, words, state in counted if number]


def _gaps(digest: Digest) -> list[Block]:
    most = sorted(digest.gaps, key=lambda each: -each.returns)
    alone = [within(*place) for place in digest.without_lead]
    return [
        *_listed("*Not answered yet*", [_gap(each) for each in most], _ROOM, _PROGRESS),
        *_listed("⚠️ *Nobody leads here*", [f"• {escape(each)}" for each in alone], _ROOM // 2, _PROGRESS),
    ]


def _gap(gap: Gap) -> str:
    areas = ", ".join(f"{area} {number}" for area, number in gap.areas[:12] if area)
    return f"• {escape(gap.agency)}: {within(count_of(gap.returns, 'return'), escape(areas))}"


def _people(digest: Digest) -> list[Block]:
    now = digest.now
    snoozing = [f"• {escape(label)}: asked to be reminded on {on(day, now)}" for label, day in digest.snoozing]
    covered = [covered_line(each, now) for each in digest.covered]
    reminded = [f"• {escape(label)}" for label in digest.reminded]
    return [
        *_listed(f"*Reminded on {on(digest.day, now)}*", reminded, _ROOM // 2, _PROGRESS),
        *_listed("*Not reminded*", [*snoozing, *covered], _ROOM // 2, "press *Remind now*"),
    ]


def _listed(title: str, lines: Iterable[str], room: int, where: str) -> list[Block]:
    """As many lines as fit in `room` characters under their title, and `where` to see the rest; empty without lines."""
    every = list(lines)
    shown = [line for place, line in enumerate(every) if sum(map(len, every[: place + 1])) <= room]
    left = len(every) - len(shown)
    return paragraphs([title, *shown, *([f"and {left} more: {where}"] if left else [])]) if every else []
