"""Make an audit tool, or change one of its questions. Each change is the tool's next version."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from audit.access import Actor, require_coordinator
from audit.errors import NotFound, Refused, refuse
from audit.filled_form import Filled, require_as_filled
from audit.library import consistency, tools
from audit.library.from_xlsform import TITLE_LIMIT
from audit.library.question_form import (
    AGENCIES,
    CHOICES,
    FIRST,
    KIND,
    LABEL,
    PLACE,
    WHEN,
    TypedQuestion,
    digest,
    placed,
    section,
    typed,
)
from audit.pasted import fingerprint
from audit.people.agencies import everything, take_turns
from audit.screening import screen
from audit.tools import Section, Tool, graded, if_immediate

VERB = "tool.edit"
TITLE, START, STANDS = "title", "start", "stands"
"""Fields: a new tool's title and the tool that it is copied from; whether a question is still asked."""
NOTHING_TYPED = TypedQuestion({})
NOTHING, ASKED, RETIRED = "nothing", "asked", "retired"
_GONE = "There is no such question any more: somebody changed the tool. Close this and look at it again."


@dataclass(frozen=True)
class QuestionForm(Filled):
    """A question's form. `tool`: the newest version; `part`: its question as it now is, None for a new one.

    `record_id`: the version and question that the form was filled from (see `address`). `given`: what the form shows.
    `after`: the tool with the change. `agencies`: the labels of all agencies. `notice`: why the form is shown again
    with nothing stored, or what others have added meanwhile, or "".
    """

    record_id: str
    tool: Tool
    part: Section | None
    given: TypedQuestion
    agencies: tuple[str, ...]
    after: Tool | None = None
    notice: str = ""


@dataclass(frozen=True)
class NewToolForm(Filled):
    """A new tool's form. `offered`: (id, title) of tools that it may be copied from; `given`: what the form shows."""

    offered: tuple[tuple[str, str], ...]
    given: TypedQuestion = NOTHING_TYPED
    after: Tool | None = None


def address(tool: Tool, part: Section | None) -> str:
    """The id of a version's question, or of a new question, in a form's record."""
    asked = digest(part.key) if part else "0" * 12
    return f"{tools.mark_of_version(tool)}{asked}"


def begin(session: Session, who: Actor) -> NewToolForm:
    """The form for a new tool, for a coordinator."""
    require_coordinator(who, VERB)
    return _making(session, NOTHING_TYPED)


def _making(session: Session, given: TypedQuestion) -> NewToolForm:
    offered = _offered(session)
    return NewToolForm(offered, given, mark=fingerprint(VERB, offered))


def make(session: Session, who: Actor, given: TypedQuestion, seen: str = "") -> NewToolForm:
    """Store a new tool once `seen` is the mark of what was shown: a copy of another, or a tool with one question.

    The same form sent again finds it made. Refused at its fields, and at TITLE if a tool was made since the form was
    opened: this may be that one, called otherwise.
    """
    require_coordinator(who, VERB)
    take_turns(session)  # else a second tool of that name would become the first's next version
    title = given.text(TITLE)
    screen.screen(session, who, {name: given.text(name) for name in (TITLE, LABEL, CHOICES)})
    found = _making(session, given)
    opened, (seen_then, _, shown) = found.mark, seen.partition("-")
    if not title or len(title) > TITLE_LIMIT:
        raise Refused(f"Say what it is called, in at most {TITLE_LIMIT} characters.", TITLE)
    made = _begun(session, consistency.key_of(title), title, given)
    if made.key in tools.offered(session):
        if tools.ToolCandidate(made, (), tools.newest(session, made.key)).same and shown:
            return replace(found, after=tools.newest(session, made.key), done=True)
        raise Refused("There is an audit tool of that name already: call yours something else.", TITLE)
    require_as_filled(seen_then, opened, "the list of audit tools is another one", TITLE)
    found = replace(found, after=made, mark=f"{opened}-{fingerprint(made)}")
    if seen != found.mark:
        return replace(found, again=bool(shown))
    return replace(found, after=tools.store(session, who, made), done=True)


def _begun(session: Session, key: str, title: str, given: TypedQuestion) -> Tool:
    start = given.text(START) or NOTHING
    if start != NOTHING:
        copied = next((each for each in tools.offered(session) if tools.mark(each) == start), None)
        if copied is None:
            raise Refused("That tool no longer exists: choose another.", START)
        return replace(tools.newest(session, copied), key=key, title=title, version=0)
    if not given.text(LABEL):
        raise Refused("Write its first question, or choose a tool to begin from.", LABEL)
    first = {KIND: given.text(KIND) or "text", LABEL: given.text(LABEL), CHOICES: given.text(CHOICES)}
    made = graded(section(Tool(key, 0, (), title), None, TypedQuestion(first)))
    return _checked(Tool(key, 0, made, title), LABEL, made[0].key)


def open_tool(session: Session, who: Actor, button: str) -> Tool:
    """The newest version of the tool that a button names, to be changed by a coordinator."""
    require_coordinator(who, VERB)
    return tools.marked(session, who, button)


def open_question(session: Session, who: Actor, record_id: str) -> QuestionForm:
    """The form for a question of the newest version, or for a new one, for a coordinator."""
    require_coordinator(who, VERB)
    base, part = _addressed(session, record_id)
    tool = tools.newest(session, base.key)
    standing = _named(tool, part.key) if part else None
    if part and standing is None:
        raise NotFound(_GONE)
    return _form(session, tool, standing, typed(tool, standing))


def change(session: Session, who: Actor, record_id: str, given: TypedQuestion, seen: str) -> QuestionForm:
    """Store the tool with this question as its next version, once `seen` is the mark of exactly what was shown.

    The same form sent again finds it done. If somebody changed the same question after the form was filled, the form is
    returned with what was typed, and a notice of the present wording. Refused at the fields.
    """
    require_coordinator(who, VERB)
    take_turns(session)
    base, part = _addressed(session, record_id)
    screen.screen(session, who, {name: given.text(name) for name in ("label", "hint", "choices", "heading")})
    tool = tools.newest(session, base.key)
    standing = _named(tool, part.key) if part else None
    known = {*_labels(session), *(part.agencies if part else ())}
    if not known.issuperset(given.agencies):
        raise Refused("One of these agencies no longer exists. Please choose again.", AGENCIES)
    intended = _with(base, part, given)
    if tool.version > base.version and _has(tool, base, part, intended):
        return replace(_form(session, tool, standing, given), after=tool, done=True)
    if part is not None and standing != part:
        return _overtaken(session, tool, standing, given)
    after = _with(tool, standing, given)
    if tools.ToolCandidate(after, (), tool).same:
        raise Refused("Nothing is changed yet.", LABEL)
    form = replace(
        _form(session, tool, standing, given), record_id=record_id, after=after, notice=_beside(base, tool, part)
    )
    form = replace(form, mark=fingerprint(VERB, tool.version, after))
    if seen != form.mark:
        return replace(form, again=bool(seen))
    return replace(form, after=tools.store(session, who, after), done=True)


def _beside(base: Tool, tool: Tool, part: Section | None) -> str:
    """The questions added since the form of a new question was opened: one may be that question in other words."""
    before = {each.key for each in consistency.rows(base)}
    added = [f"“{each.label}”" for each in consistency.rows(tool) if part is None and each.key not in before]
    return f"Added since you opened this: {', '.join(added)}. Yours is asked as well." if added else ""


def _overtaken(session: Session, tool: Tool, standing: Section | None, given: TypedQuestion) -> QuestionForm:
    did = "changed this question" if standing else "took this question out"
    stands = f" It says now: “{standing.label}”." if standing else ""
    then = "changes the question as it stands now" if standing else "adds it as a new question"
    notice = (
        f"Somebody {did} while you were writing (version {tool.version}).{stands} Nothing was stored; what you typed is"
        f" below, and sending it {then}."
    )
    return replace(_form(session, tool, standing, given), notice=notice)


def _has(tool: Tool, base: Tool, part: Section | None, intended: Tool) -> bool:
    """Whether the tool already has the form's question as `intended`, because the form was sent before."""
    wanted = {each.key: each for each in consistency.rows(intended)}
    before, now = {each.key for each in consistency.rows(base)}, {each.key: each for each in consistency.rows(tool)}
    touched = {*(wanted.keys() - before), *(before - wanted.keys()), *([part.key] if part else [])}
    alike = all(wanted.get(key) == now.get(key) for key in touched)
    order = [key for key in wanted if key in now]
    return alike and order == [key for key in now if key in wanted]


def _with(tool: Tool, part: Section | None, given: TypedQuestion) -> Tool:
    """The tool with this question as the form has it. Refused at the fields."""
    parts = consistency.rows(tool)
    if part is not None and given.text(STANDS) == RETIRED:
        return _checked(_of(tool, [each for each in parts if each.key != part.key]), STANDS)
    made = if_immediate(section(tool, part, given))
    others = [each for each in parts if part is None or each.key != part.key]
    places = {FIRST, *(digest(each.key) for each in others)}
    place = next(each for each in (given.text(PLACE), typed(tool, part).text(PLACE), FIRST) if each in places)
    return _checked(_of(tool, placed(others, made, place)), LABEL, made.key)


def _of(tool: Tool, parts: Sequence[Section]) -> Tool:
    return replace(tool, parts=tuple(each for part in parts for each in graded(part)))


def _checked(tool: Tool, field: str, key: str = "") -> Tool:
    """The tool, if it would be valid as a workbook. Refused at the field at fault, or at `field` if none is known."""
    rows = [*consistency.rows(tool), *([tool.overall] if tool.overall else [])]
    if not rows:
        raise Refused("A tool asks at least one question.", field)
    wrong: dict[str, str] = {}
    for number, reason in consistency.faults([*enumerate(rows, 1)]):
        part = rows[number - 1]
        at = {"relevant": WHEN, "agencies": AGENCIES}.get(reason.partition(":")[0], field) if part.key == key else field
        about = "" if part.key == key else f"“{part.label}”: "
        wrong.setdefault(at, f"{about}{reason}.")
    refuse(wrong)
    return tool


def _form(session: Session, tool: Tool, part: Section | None, given: TypedQuestion) -> QuestionForm:
    return QuestionForm(address(tool, part), tool, part, given, _labels(session))


def _labels(session: Session) -> tuple[str, ...]:
    return tuple(each.label for each in everything(session).agencies)


def _offered(session: Session) -> tuple[tuple[str, str], ...]:
    return tuple((tools.mark(key), title) for key, title in tools.offered(session).items())


def _named(tool: Tool, key: str) -> Section | None:
    return next((each for each in consistency.rows(tool) if each.key == key), None)


def _addressed(session: Session, record_id: str) -> tuple[Tool, Section | None]:
    """The version that a record names, and its question (None for a new one). NotFound if either doesn't exist."""
    tool = tools.of_mark(session, record_id[:20])
    if record_id[20:] == "0" * 12:
        return tool, None
    part = next((each for each in consistency.rows(tool) if digest(each.key) == record_id[20:]), None)
    if part is None:
        raise NotFound(_GONE)
    return tool, part
