"""Two people who have the same form open: what is stored, and what each of them is told."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import select

from audit.trail import READINGS
from storage.trail import TrailEntry
from storage.types import Base
from tests.journeys.test_older_forms import within
from tests.kit.looking import newest_entry
from tests.kit.play import Play
from tests.kit.pressing import asked, pressed

Opens = Callable[[Play, str], None]
Cells = dict[tuple[str, str], tuple[object, ...]]
FIRST, SECOND, THIRD = "U0COORDIN", "U0CHAIR", "U0SUBGROUP"
SINCE, AGAIN = "since you opened this", "This is not what you were shown before"


class Then(StrEnum):
    """What becomes of the second's form. Sent as the first sent it, it is answered alike, except for EACH."""

    TOLD = "with a change of their own, it stores nothing, and they are told"
    EACH = "it is a record of its own"
    BESIDE = "with a change of their own, it is stored beside the first's"
    ONCE = "there is nothing to change in it: it is done once"
    ANEW = "it looks at something, or has it sent to who asks: that is done for each"
    NEWER = "it is about themselves or kept for them: it takes the place of the first, and they are told"


@dataclass(frozen=True)
class Raced:
    """How a form is opened, what the first sends, and what the second has changed in it.

    `late` is None if there is nothing to change. `button`: (action, block) pressed instead of sending the form;
    `instead`: by the third alone. `asks`: (action, record) of a button on Home or in a message. `shown_first`: what
    follows is shown first, so it is sent twice. `told`: a pattern of what the third is told. `who`: two people, and a
    third who changes something; or one in windows.
    """

    opens: Opens
    sent: Mapping[str, object] = field(default_factory=dict)
    late: Mapping[str, object] | None = None
    told: str = SINCE
    shown_first: bool = False
    button: tuple[str, str | None] | None = None
    instead: tuple[str, str | None] | None = None
    asks: tuple[str, str] | None = None
    who: tuple[str, str, str] = (FIRST, SECOND, THIRD)


def by(*ways: tuple[str, str]) -> Opens:
    """Press these buttons, one after the other, each about what its value says."""
    return lambda play, user: within(play, user, *ways)


def nothing(_play: Play, _user: str) -> None:
    """The button is on Home, or in a message."""


def close_all(play: Play, *users: str) -> None:
    for user in users:
        while play.person(user).modal() is not None:
            play.close_modal(user)


def stands(play: Play) -> Cells:
    """(table, id) -> the row, for all that is stored but the trail and what the worker still has to do.

    Drafts and lists that wait are each person's own.
    """
    found: Cells = {}
    with play.reading() as session:
        for table in Base.metadata.sorted_tables:
            if table.name in _ELSEWHERE:
                continue
            columns = [each for each in table.columns if each.name not in _COUNTED]
            keys = [number for number, each in enumerate(columns) if each.primary_key]
            for row in session.execute(select(*columns)):
                found[table.name, "/".join(str(row[each]) for each in keys)] = tuple(row)
    return found


def doers(play: Play, after: int) -> set[str | None]:
    """Who has changed something since the trail's entry with this number."""
    acts = TrailEntry.verb.not_in({*READINGS, "draft.save"})
    changed = (TrailEntry.number > after, acts, TrailEntry.person_id.is_not(None))
    with play.reading() as session:
        return set(session.scalars(select(TrailEntry.person_id).where(*changed)))


def faults(play: Play, raced: Raced, then: Then) -> Iterator[str]:
    """What is wrong when one sends it after the other: the second as the first did, a third with a change."""
    windows = _windows(play, raced, (0, 1, 2))
    before = stands(play)
    said = _done(play, raced, windows[0])
    stored = stands(play)
    if (stored == before and then is not Then.ANEW) or WRONG in said:
        yield f"the first isn't stored: {said}"
    said, entry = _done(play, raced, windows[1]), newest_entry(play.sessions)
    if WRONG in said or ((stands(play) == stored) is (then is Then.EACH) and then is not Then.ANEW):
        yield f"sent by the second as by the first: {_difference(stored, stands(play))} {said}"
    if raced.late is None and raced.instead is None:
        return
    stored = stands(play)
    said = _done(play, raced, windows[2], raced.instead)
    after = stands(play)
    lost = [key for key, row in stored.items() if after.get(key) != row]
    if then is Then.TOLD and (after != stored or doers(play, entry)):
        yield f"it is stored: {_difference(stored, after)} {said}"
    if then in {Then.EACH, Then.BESIDE} and (lost or after == stored):
        yield f"it isn't stored on its own: {lost} {said}"
    if then is Then.NEWER and after == stored:
        yield f"the newer isn't stored: {said}"
    if WRONG in said or (then in {Then.TOLD, Then.NEWER} and not re.search(raced.told, said)):
        yield f"not told: {said}"


def faults_at_once(play: Play, raced: Raced, then: Then) -> Iterator[str]:
    """What is wrong when two send it at the same moment, one with a change."""
    first, _, third = raced.who
    if first == third:  # a person's own windows
        _done(play, raced, _opened(play, raced, first, raced.sent))
        return
    windows = _windows(play, raced, (0, 2))
    entry, before = newest_entry(play.sessions), stands(play)
    with ThreadPoolExecutor(2) as pool:
        late = pool.submit(_done, play, raced, windows[1], raced.instead)
        said = [_done(play, raced, windows[0]), late.result()]
    by = doers(play, entry)
    if any(WRONG in each for each in said) or (stands(play) == before and then is not Then.ANEW):
        yield f"nothing is stored: {said}"
    changes = raced.late is not None or raced.instead is not None
    both = then is Then.EACH or (then in {Then.NEWER, Then.BESIDE} and changes)
    if then is not Then.ANEW and len(by) != (2 if both else 1):
        yield f"{len(by)} did it: {said}"
    if then is Then.TOLD and changes and sum(bool(re.search(raced.told, each)) for each in said) != 1:
        yield f"not one of them is told: {said}"


def _windows(play: Play, raced: Raced, whose: Sequence[int]) -> list["Window"]:
    """The form as these of the three have it open, filled in."""
    answers = (raced.sent, raced.sent, {**raced.sent, **(raced.late or {})})
    return [_opened(play, raced, raced.who[each], answers[each]) for each in whose]


WRONG = "Something went wrong"
Window = tuple[str, list[str]]
"""A person, and the modals open in one of their windows."""
_COUNTED = {"wanted", "delivered", "next_try_at", "attempts", "checked_at", "look_at", "standing"}
"""Columns that say how often something was asked for, and how far it is."""
_ELSEWHERE = {"trail", "trail_head", "promises", "drafts", "people_lists"}


def _opened(play: Play, raced: Raced, user: str, answers: Mapping[str, object]) -> Window:
    """Open the form in a window of its own, and fill it in."""
    raced.opens(play, user)
    if answers:
        play.fill(user, **answers)
    if raced.shown_first:
        sent = play.send(user)
        assert sent.ok, sent
        assert '"errors"' not in sent.body, sent.body
    with play.workspace.lock:
        return user, play.workspace.stacks.pop(user, [])


def _done(play: Play, raced: Raced, window: Window, instead: tuple[str, str | None] | None = None) -> str:
    """Send the form, or press the button, in this window: what the person is told."""
    user, stack = window
    with play.workspace.lock:
        play.workspace.stacks[user] = stack
    if raced.asks:
        sent = asked(play, user, *raced.asks)
    elif instead or raced.button:
        sent = pressed(play, user, *(instead or raced.button or ()))
    else:
        sent = play.send(user)
    said = sent.body + (sent.shown or "") + play.modal_text(user)
    close_all(play, user)
    return said if sent.status else f"{WRONG}: {said}"


def _difference(one: Cells, other: Cells) -> list[object]:
    return [key for key in sorted({*one, *other}) if one.get(key) != other.get(key)]
