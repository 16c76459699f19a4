"""The steps of a cycle: the next one, what is missing for it, and the button that takes it."""

from collections.abc import Sequence

from audit.underway.steps import NextStep
from views.confirming import AGAIN, MARKED
from views.parts import (
    Block,
    View,
    actions,
    alert,
    button,
    confirmed,
    count_of,
    done,
    escape,
    fitted,
    modal,
    paragraphs,
    section,
    shorten,
)
from views.setup.opening import STATES

SHOW = "cycle.steps"
"""The button that shows a cycle's next step, which is its label (value: the cycle's id)."""
TAKE = "cycle.step"
"""The button that takes the step; its block id has the new state and the mark of what was shown."""

TITLE = "Steps of the audit"
_NEXT = {
    "meeting": (
        "Begin the meetings",
        "This happens automatically once somebody records who came to a meeting, or the first case is ratified.",
    ),
    "ratified": (
        "Close the meetings",
        "From then on nobody is asked or reminded, and no return can be changed, unless a case is opened again.",
    ),
    "reported": (
        "Mark as reported",
        "Do this once the report has gone to the sub-group. Actions and their reminders continue.",
    ),
    "closed": (
        "Close the audit",
        "Do this once every action is verified or dropped. No case can be opened again after that.",
    ),
}
"""The state that a step leads to -> (its button's label, what the step means)."""
_FOLLOWS = {
    "meeting": "Next, on Home under *Meetings*: record who came, discuss each case, and ratify it.",
    "ratified": "Next, on Home: the sub-group's recommendations, and the report.",
    "reported": "Next, on Home: the actions. Once every one is verified or dropped, the audit can be closed.",
    "closed": (
        "Home lists it with a button to look at it. What people wrote about it is due to be removed in {days}:"
        " coordinators are told then, and nothing is removed automatically."
    ),
}
"""The state reached -> what to do next."""
_AFTER = {"collecting": "meeting", "meeting": "ratified", "ratified": "reported", "reported": "closed"}
_LOOKED_AT = {
    "meeting": "its first meeting is near enough",
    "ratified": "every case is ratified, and the last meeting has begun",
    "reported": "a version of the report is made",
    "closed": "every action is verified or dropped",
}
"""The state that a step leads to -> everything that the step requires; anything else is only a warning."""
_MOST_LINES = 40


def label(state: str) -> str:
    """The label of the step that follows a cycle's state; "" if there is none."""
    return _NEXT[_AFTER[state]][0] if state in _AFTER else ""


def view(step: NextStep) -> View:
    """The next step and what is missing for it; with its button only if nothing is missing."""
    cycle = step.cycle
    blocks = [section(f"*{escape(cycle.name)}* · {STATES[cycle.state]}")]
    blocks += [alert(AGAIN)] if step.again else []
    return modal(TITLE, [*blocks, *_following(step)], record_id=cycle.id)


def _following(step: NextStep) -> list[Block]:
    if step.to is None:
        words = {
            "planned": "It isn't open yet: open it under *Manage this audit*.",
            "closed": "It is closed: no step is left.",
        }
        return [section(words.get(step.cycle.state, "It was cancelled: no step is left."))]
    label, meaning = _NEXT[step.to]
    blocks = [section(f"*Next: {STATES[step.to]}.* {meaning}"), *bullets("*Still missing:*", step.missing)]
    blocks += bullets("⚠️ *Worth knowing:*", step.warnings)
    if step.missing:
        return blocks
    taking = confirmed(
        button(label, TAKE, step.cycle.id, about=f"audit {step.cycle.number}", primary=True),
        f"{label}?", shorten(meaning, 300), label,
    )  # fmt: skip
    return [
        *blocks,
        section(f"✅ *This step can be taken:* {_LOOKED_AT[step.to]}."),
        actions(f"{step.to}{MARKED}{step.mark}", taking),
    ]


def bullets(title: str, clauses: Sequence[str], *, most: int = _MOST_LINES) -> list[Block]:
    """Clauses as a list under a title, at most `most` of them, each with a capital at its beginning."""
    if not clauses:
        return []
    lines = [f"• {fitted(f'{each[:1].upper()}{each[1:]}', 600)}" for each in clauses[:most]]
    left = len(clauses) - most
    return paragraphs([title, *lines, *([f"and {left} more: they appear as these are settled"] if left > 0 else [])])


def in_short(step: NextStep) -> list[Block]:
    """The next step in a line, with the button that shows what is missing."""
    if step.to is None:
        return []
    lacks = f"{count_of(len(step.missing), 'thing is', 'things are')} missing" if step.missing else "it can be taken"
    warned = count_of(len(step.warnings), "thing is", "things are")
    known = f"; {warned} worth knowing" if step.warnings else ""
    showing = button(label(step.cycle.state), SHOW, step.cycle.id, about=f"audit {step.cycle.number}")
    return [section(f"*Next: {STATES[step.to]}.* {lacks[:1].upper()}{lacks[1:]}{known}.", showing)]


def taken(step: NextStep) -> View:
    """The confirmation that a cycle's step was taken."""
    follows = _FOLLOWS[step.cycle.state].format(days=count_of(step.kept_days, "day"))
    return done(
        "Step taken", [f"✅ *{escape(step.cycle.name)} is now {STATES[step.cycle.state]}.*", follows], clears=True
    )
