"""Nil returns: one or several children aren't known to an agency; and where to ask which child a reference means."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from audit.returns.answers import GIVEN_BY, SOURCE, SOURCES
from audit.returns.found_return import Party
from audit.returns.nil import Entering, Nil, NilOutcome, NilSplit, WhichAreKnown
from audit.returns.waiting import Waiting, of_several
from audit.tools import LINE_LIMIT
from views.forms import Form
from views.parts import (
    Block,
    Choice,
    View,
    alert,
    button,
    checkboxes,
    confirmed,
    context,
    count_of,
    divider,
    done,
    escape,
    modal,
    notice,
    paragraphs,
    select,
    text_input,
)
from views.words import beside, stamp, when

NIL = "return.nil"
"""The button in the return's form that makes this return nil."""
KNOWN = "returns.known"
"""The button that asks which cases are known (value: a cycle's id, or EVERY)."""
ENTER = "nil.enter"
"""The button with which a coordinator enters a nil return for an agency (value: the return's id)."""
ENTERED = "nil.entered"
SPLIT = "returns.split"
SAY = "returns.nil"

EVERY = "every"
"""The value of KNOWN for the returns of all cycles."""

_GROUP = 10
_FIELD = re.compile(r"(?:known|nil)_(?P<mark>[0-9a-f]{12})_\d+")


@dataclass(frozen=True)
class TickedForm:
    """The returns ticked in a list, and the list's mark. `about`: a cycle's id, or EVERY."""

    about: str
    view_id: str
    mark: str
    return_ids: tuple[str, ...]

    @classmethod
    def read(cls, view: Mapping[str, object]) -> Self:
        """Read Slack's `view`. Raises InvalidForm."""
        form = Form.read(view)
        fields = [(field, match) for field in form.ticked if (match := _FIELD.fullmatch(field))]
        ticked = tuple(value for field, _ in fields for value in form.ticked[field])
        return cls(form.record_id, form.view_id, fields[0][1]["mark"] if fields else "", ticked)

    @property
    def cycle_id(self) -> str | None:
        """The cycle of the list; None for EVERY."""
        return cycle_of(self.about)


def cycle_of(about: str) -> str | None:
    """The cycle of a KNOWN button; None for EVERY."""
    return None if about == EVERY else about


def saying(return_id: str, reference: str) -> Block:
    """The button that makes a return nil, with a confirmation dialog."""
    return confirmed(
        button("Not known to us", NIL, return_id, about=reference),
        "Send a nil return?",
        "Say that this child isn't known to your agency? What is typed in this form is not sent. You can still send a"
        " return until the meeting begins.",
        "Send nil return",
    )


def entering(return_id: str, reference: str) -> Block:
    """The button with which a coordinator enters a nil return for an agency."""
    return button("Not known to them", ENTER, return_id, about=reference)


def form(entering: Entering) -> View:
    """The form in which a coordinator enters a nil return: how it was received, and from whom."""
    party = entering.party
    agency = escape(party.agency)
    blocks = paragraphs([
        beside(f"*Case {escape(party.reference)}*", party.area, party.agency),
        f"Deadline: {when(entering.due_at, entering.now)}",
        f"🖊️ *You record for {agency} that it doesn't know the child.* It is marked as entered by a coordinator.",
    ])  # fmt: skip
    blocks += [
        select(SOURCE, "How did you get this?", list(SOURCES.items()), None, optional=False),
        text_input(
            GIVEN_BY, "Who gave it?", limit=LINE_LIMIT, multiline=False, optional=False, hint="A role, not a name."
        ),
    ]
    title = "Enter a nil return"
    return modal(title, blocks, record_id=entering.record_id, verb=ENTERED, submit="Send nil return")


def confirmation(nil: Nil) -> View:
    """The confirmation of a nil return."""
    party = nil.party
    mark = "It came after the deadline, so it is marked late." if nil.late else "It is on time."
    lines = [
        f"✅ *Nil return sent.* {escape(party.agency)} says that case *{escape(party.reference)}* is not known to it.",
        f"Version {nil.version}, {stamp(nil.at, nil.at)}. {mark}",
        f"If it turns out to be known after all, send a return until the meeting: {when(nil.meeting_at, nil.at)}.",
    ]
    return done("Nil return sent", lines, clears=True)


def which_are_known(asked: WhichAreKnown, about: str, ticked: Collection[str] = (), *, changed: bool = False) -> View:
    """The first step: which cases are known? `changed`: the list has changed since it was ticked."""
    if not asked.waiting:
        return notice("Which are known to you?", "You have no return that could be a nil return.")
    top = [alert("Your list has changed in the meantime. Please look at the list again.")] if changed else []
    top += paragraphs([
        "*Which of these are known to your agency?*",
        "Tick each case that your agency had anything to do with, and nothing if it knows none of them.",
        "Nothing is sent yet: the next step shows what would be.",
        *_agency(asked.waiting),
        *_whom_to_ask(asked.holders),
    ])  # fmt: skip
    groups = [
        checkboxes(
            f"known_{asked.mark}_{start}",
            f"Known to your agency ({start + 1} to {start + len(group)})",
            _choices(group, asked.waiting),
            [each.return_id for each in group if each.return_id in ticked],
        )
        for start, group in _groups(asked.waiting)
    ]
    more = [context(f"and {asked.left} more, which don't fit here: come back for them afterwards.")]
    blocks = [*top, *groups, *(more if asked.left else [])]
    return modal("Which are known to you?", blocks, record_id=about, verb=SPLIT, submit="Next")


def _whom_to_ask(holders: Sequence[str]) -> list[str]:
    """Who holds the key to the references, if it is the same for all; otherwise that each return's form says it."""
    if len(set(holders)) > 1:
        return ["Which children are they? The form of each return says who holds the key to its reference."]
    return [which_child(holder) for holder in holders[:1]]


def confirming(split: NilSplit, about: str, mark: str) -> View:
    """The second step: which returns become nil returns, and which stay to be answered."""
    if not split.nil:
        sentence = f"All of them are known to your agency, so no nil return is sent. {_still(len(split.known), split)}"
        return notice("Nothing is sent", sentence)
    blocks = paragraphs([
        f"*{count_of(len(split.nil), 'nil return')} will be sent:* your agency says that it doesn't know these cases.",
        "Untick any that isn't right.",
        *_agency(split.nil),
    ])  # fmt: skip
    blocks += [
        checkboxes(
            f"nil_{mark}_{start}",
            f"Nil returns ({start + 1} to {start + len(group)})",
            _choices(group, split.nil),
            [each.return_id for each in group],
        )
        for start, group in _groups(split.nil)
    ]
    blocks += [divider(), *paragraphs([f"*{_still(len(split.known), split)}*", *_bullets(split.known)])]
    return modal("Nil returns", blocks, record_id=about, verb=SAY, submit="Send nil returns")


def outcome(came: NilOutcome) -> View:
    """The result of sending several nil returns."""
    sent = count_of(len(came.done), "nil return")
    lines = [f"✅ *{sent} sent.*" if came.done else "*No nil return was sent.*"]
    lines += [f"{_bullet(each.party)}{' · late' if each.late else ''}" for each in came.done]
    if came.skipped:
        lines += ["⚠️ *Left as they are:*"]
        lines += [f"{_bullet(party)}: {escape(why)}" for party, why in came.skipped]
    left = f"{count_of(came.left, 'return')} still to answer." if came.left else "You have nothing else to answer."
    return done("Nil returns sent" if came.done else "Nothing was sent", [*lines, left])


def _still(known: int, split: NilSplit) -> str:
    more = f" (and {split.left} more that did not fit here)" if split.left else ""
    verb = "stays" if known == 1 else "stay"
    return (
        f"{count_of(known, 'return')} {verb} to be answered{more}." if known else f"Nothing else is on this list{more}."
    )


def _groups(waiting: Sequence[Waiting]) -> Iterable[tuple[int, Sequence[Waiting]]]:
    return ((start, waiting[start : start + _GROUP]) for start in range(0, len(waiting), _GROUP))


def _choices(group: Sequence[Waiting], among: Sequence[Waiting]) -> list[Choice]:
    """Returns as choices: reference, area, and whether there is a draft; audit or agency if `among` has several."""
    several, audits = len({each.party.agency for each in among}) > 1, of_several(among)
    return [
        (
            each.return_id,
            " · ".join(
                [
                    each.party.reference,
                    *([each.party.area] if each.party.area else []),
                    *_audit(each.party, several=audits),
                    *(["draft kept"] if each.state == "drafted" else []),
                    *([each.party.agency] if several else []),
                ]
            ),
        )
        for each in group
    ]


def _agency(waiting: Sequence[Waiting]) -> list[str]:
    agencies = {each.party.agency for each in waiting}
    return [f"Agency: {escape(next(iter(agencies)))}"] if len(agencies) == 1 else []


def _bullets(waiting: Sequence[Waiting]) -> list[str]:
    several = of_several(waiting)
    return [_bullet(each.party, several=several) for each in waiting]


def _bullet(party: Party, *, several: bool = True) -> str:
    return "• " + beside(escape(party.reference), party.area, party.agency, *_audit(party, several=several))


def _audit(party: Party, *, several: bool) -> list[str]:
    """The audit's number, if a list has returns of several audits."""
    return [f"audit {party.audit}"] if several else []


def which_child(holder: str) -> str:
    """Where to ask which child a reference means: mrkdwn."""
    if not holder:
        return "Which child is it? Ask the coordinator of this audit who holds the key to the references."
    return f"Which child is it? The key to the references is held by {escape(holder.rstrip('.'))}."
