"""Moving an audit under way to the newest version of its audit tool: what changes, and the button."""

from collections.abc import Iterable, Mapping

from audit import question_names
from audit.library import preview
from audit.library.difference import Altered
from audit.tools import Section
from audit.underway.tool_change import ToolChange, Used
from views.confirming import AGAIN, MARKED
from views.library.tools import as_a_lead
from views.parts import (
    Block,
    View,
    actions,
    alert,
    button,
    confirmed,
    context,
    count_of,
    done,
    escape,
    fitted,
    modal,
    paragraphs,
    section,
)
from views.underway.change import sent

SHOW = "tool.newer"
"""The button that shows what would change (value: the cycle's id)."""
DO = "tool.change"
"""The button that changes the tool; its block id has the new version and the mark of what was shown."""

TITLE = "What this audit asks"
_MOST = 20
_LABEL = 300
_HOW = (
    "A newer version is made under *Audit tools* on Home, in a form or from a workbook. This audit takes it only if you"
    " say so here."
)
_STAYS = (
    "What was sent stays as it is, each return as its own version of the tool asked it. What was typed in a draft is"
    " kept wherever its question is still asked; the rest is shown above the form, and isn't sent. Leads aren't"
    " told: whoever has sent a return sees the new questions when they open it again."
)


def view(change: ToolChange) -> View:
    """What is asked now, what a newer version would change, and the button, unless there are obstacles."""
    cycle, tool = change.cycle, change.before
    top = f"*{escape(cycle.name)}* asks *“{escape(tool.title)}”, version {tool.version}*."
    blocks = [section(top), *([alert(AGAIN)] if change.again else []), *_newer(change)]
    return modal(TITLE, blocks, record_id=cycle.id)


def _newer(change: ToolChange) -> list[Block]:
    looking = actions("looking", as_a_lead(preview.of_tool(change.after)))
    if change.after.version == change.before.version:
        return [section("That is the newest version."), looking, context(_HOW)]
    blocks = [section(f"*Version {change.after.version} is there.* {_used(change.used)}"), looking, *_changes(change)]
    if change.obstacles:
        lines = [f"• {fitted(each, _LABEL + 200)}" for each in change.obstacles[:_MOST]]
        return [*blocks, *paragraphs(["🔒 *This audit can't take it as it is:*", *lines])]
    follow = sent(change.follows) if change.follows else []
    label = f"Ask version {change.after.version} from now on"
    taking = confirmed(
        button(label, DO, change.cycle.id, about=f"audit {change.cycle.number}", primary=True),
        "Ask the newer version?", "Returns that are sent stay as they are.", "Ask it",
    )  # fmt: skip
    block_id = f"{change.after.version}{MARKED}{change.mark}"
    return [*blocks, context(_STAYS), *paragraphs([f"• {line}" for line in follow]), actions(block_id, taking)]


def _used(used: Used) -> str:
    """How many returns a change of the tool concerns."""
    are = f"{count_of(used.sent, 'return is', 'returns are')} sent, {used.drafted} with a draft"
    locked = f"; {used.locked} locked, which nothing changes" if used.locked else ""
    return f"So far {are}{locked}."


def _changes(change: ToolChange) -> list[Block]:
    between = change.difference
    before, after = question_names.of_tool(change.before), question_names.of_tool(change.after)
    lines = [
        *_labelled("🆕 *Asked from now on:*", between.added, after),
        *_labelled("🗑️ *No longer asked:*", between.gone, before),
        *_listed("✏️ *Asked otherwise:*", [_said(each, before[each.before.key]) for each in between.altered]),
        *(["↕️ *The order is different.*"] if between.moved else []),
    ]
    return paragraphs(lines or ["Both ask the same questions."])


def _labelled(title: str, parts: tuple[Section, ...], called: Mapping[str, str]) -> Iterable[str]:
    return _listed(title, [fitted(called[part.key], _LABEL) for part in parts])


def _said(each: Altered, called: str) -> str:
    label = fitted(called, _LABEL)
    if each.before.label != each.after.label:
        label = f"{label} → {fitted(each.after.label, _LABEL)}"
    other = [what for what in each.what if what != "its words"]
    return f"{label} ({', '.join(other)})" if other else label


def _listed(title: str, said: list[str]) -> list[str]:
    left = len(said) - _MOST
    more = [f"and {left} more: *Audit tools* shows the whole tool"] if left > 0 else []
    return [title, *(f"• {each}" for each in said[:_MOST]), *more] if said else []


def changed(change: ToolChange) -> View:
    """The confirmation of the version of the tool that the audit asks from now on."""
    tool = change.after
    lines = [f"✅ *{escape(change.cycle.name)} asks “{escape(tool.title)}”, version {tool.version}, from now on.*"]
    return done(TITLE, lines, clears=True)
