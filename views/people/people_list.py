"""Adding several people at once: the form, the progress of looking them up in Slack, and what each line will do."""

from collections.abc import Iterator, Sequence

from audit.pasted import Bad, sentence
from audit.people.people_list import LINES, UNMARKED, PeopleListForm
from audit.people.people_list_entries import LineOutcome, RoleEntry
from views.confirming import AGAIN, NOT_YET, previewed
from views.forms import Form
from views.parts import (
    ALL,
    INPUT_LIMIT,
    Block,
    View,
    actions,
    alert,
    button,
    confirmed,
    context,
    count_of,
    divider,
    done,
    escape,
    input_block,
    modal,
    paragraphs,
    section,
    text_input,
)
from views.people import outside
from views.people.people import STANDINGS, in_words

LOOK = "people.look"
SEE = "people.see"
DISCARD = "people.discard"

TITLE = "Add several people"
FILE = "file"
"""The form's field for the file."""
_BOXES = tuple(f"{LINES}_{number}" if number > 1 else LINES for number in range(1, 9))
"""The names of the text boxes; each holds 3,000 characters."""
_MOST_BAD = 300
_MOST_OUTSIDERS = 30
_HOW = (
    "One person a line, as copied from Excel, or with commas or semicolons: {}. Name people as Slack does, or by their"
    " e-mail address or member id. Roles: lead, deputy, coordinator, chair, sub-group, signs for the local "
    "authority, signs for the integrated care board, signs for the police, scrutineer."
)
_EXAMPLE = "For example:\neducation.lead@northshire.example, Education, {}lead"
_COLUMNS = "The first line may name the columns: then their order doesn't matter, and other columns are ignored."
_FILE = f"For more than fits above ({INPUT_LIMIT:,} characters, some fifty people). A file replaces the text above."
_KEPT = (
    "What you paste is kept sealed until it is done, for a day at most. After that, only who they are in Slack is "
    "kept, and no e-mail addresses. Nobody loses a role through a list."
)
_SAID = {
    LineOutcome.NEW: "is new here",
    LineOutcome.BACK: "gets access again",
    LineOutcome.GIVEN: "gets this role",
    LineOutcome.ALREADY: "already has this role",
}


def form(sheet: PeopleListForm) -> View:
    """The form of the list: empty, being looked up, or with what each line will do; afterwards the confirmation."""
    if sheet.gained is not None:
        return _done(sheet)
    if sheet.waits:
        return _waiting(sheet)
    if not sheet.id:
        return modal(TITLE, [*_about(sheet), *_inputs(sheet)], record_id=ALL, verb=LOOK, submit="Check")
    blocks = [*_understood(sheet), divider(), *_inputs(sheet), _throwing_away()]
    yes = "Yes, add them" if sheet.mark else "Check again"
    return modal(TITLE, previewed(blocks, sheet.mark or UNMARKED), record_id=ALL, verb=LOOK, submit=yes)


def text(form: Form) -> str:
    """The text of all the boxes, as one list."""
    return "\n".join(form.texts[name] for name in _BOXES if form.texts.get(name, ""))


def _about(sheet: PeopleListForm) -> list[Block]:
    columns = "person, agency, area (empty for all), role" if sheet.by_area else "person, agency, role"
    return [
        section(_HOW.format(columns)),
        context(escape(_EXAMPLE.format("East, " if sheet.by_area else ""))),
        context(_KEPT),
    ]


def _inputs(sheet: PeopleListForm) -> list[Block]:
    boxes = _boxed(sheet.text)
    inputs = [text_input(_BOXES[0], "People", boxes[0], hint=_COLUMNS)]
    inputs += [text_input(name, "The list goes on", box) for name, box in zip(_BOXES[1:], boxes[1:], strict=False)]
    element: Block = {"type": "file_input", "filetypes": ["csv", "txt", "xlsx"], "max_files": 1}
    label = "Or a file with this list (.csv or .xlsx)"
    return [*inputs, input_block(FILE, label, element, _FILE, optional=True)]


def _boxed(lines: str) -> list[str]:
    """A list split into texts that fit one box each, cut between lines."""
    boxes = [""]
    for line in lines.split("\n"):
        longer = f"{boxes[-1]}\n{line}" if boxes[-1] else line
        if len(longer) <= INPUT_LIMIT:
            boxes[-1] = longer
        else:
            boxes.append(line)
    return boxes


def _waiting(sheet: PeopleListForm) -> View:
    """The view shown while people are being looked up in Slack."""
    far = f"Slack is being asked who they are: *{sheet.looked_up} of {count_of(sheet.sought, 'person', 'people')}*."
    trouble = [context(f"{escape(sheet.error)} It continues automatically.")] if sheet.error else []
    wait = (
        "The result appears here as soon as that is done. You can close this, and come back to it under *People*: a "
        "long list takes minutes, since Slack answers some fifty questions a minute."
    )
    ways = actions("waiting", button("Check progress", SEE, ALL), _away())
    return modal(TITLE, [section(far), *trouble, context(wait), ways], record_id=ALL)


def _away() -> Block:
    element = button("Discard the list", DISCARD, ALL)
    return confirmed(element, "Discard this list?", "Nobody in it is added.", "Discard it")


def _throwing_away() -> Block:
    return actions("discarding", _away())


def _understood(sheet: PeopleListForm) -> list[Block]:
    """What each line does, or why the list can't be used."""
    left = [context(f"Ignored: the columns {escape(', '.join(sheet.left))}.")] if sheet.left else []
    if sheet.bad:
        lines = count_of(len(sheet.bad), "line")
        warning = alert(f"Nothing was done: {lines} can't be used. Please correct the list below, and check again.")
        fine = [section(f"Ready to add: {count_of(len(sheet.entries), 'line')}.")] if sheet.entries else []
        return [warning, *paragraphs(_bad(sheet.bad)), *fine, *left]
    top = [alert(AGAIN)] if sheet.again else []
    return [
        *top,
        section(NOT_YET),
        *paragraphs(_entry(each) for each in sheet.entries),
        *left,
        context(_summed(sheet)),
        *_from_outside(sheet),
    ]


def _from_outside(sheet: PeopleListForm) -> list[Block]:
    """What to know about people who aren't members of this workspace: a line for each person and role."""
    outsiders = list(dict.fromkeys(each.outsider for each in sheet.entries if each.outsider))
    left = len(outsiders) - _MOST_OUTSIDERS
    more = [f"and {left} more from outside: the same applies to them."] if left > 0 else []
    return paragraphs([*(outside.outsider(each) for each in outsiders[:_MOST_OUTSIDERS]), *more])


def _bad(bad: Sequence[Bad]) -> Iterator[str]:
    for each in bad[:_MOST_BAD]:
        yield f"*Line {each.number}:* {escape(sentence(each.reason))}"


def _entry(entry: RoleEntry) -> str:
    whence = f" ⚠️ {STANDINGS[entry.outsider.standing]}" if entry.outsider else ""
    words = f"*{escape(entry.label)}*{whence} · {escape(in_words(entry.role))}: {_SAID[entry.outcome]}"
    return f"{entry.number}. {words}"


def _summed(sheet: PeopleListForm) -> str:
    gained = sum(each.outcome is not LineOutcome.ALREADY for each in sheet.entries)
    already = len(sheet.entries) - gained
    roles = f"{count_of(gained, 'role')} will be given"
    return f"{roles}, {already} {'is' if already == 1 else 'are'} held already." if already else f"{roles}."


def _done(sheet: PeopleListForm) -> View:
    gained = sheet.gained or 0
    top = f"✅ *{count_of(gained, 'role')} {'was' if gained == 1 else 'were'} given.*"
    lines = [
        top if gained else "*There was nothing to do: everybody in the list had their role already.*",
        "New leads get the requests of audits under way. The list itself is removed.",
    ]
    return done("People added", lines, clears=True)
