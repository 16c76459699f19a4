"""Switching an audit that is under way to the newest version of its audit tool."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from audit import cycle_facts, question_names, trail
from audit.access import Actor
from audit.cycle_facts import CycleView
from audit.errors import Refused
from audit.filled_form import Filled
from audit.library import tools
from audit.library.difference import Altered, Difference, difference, same_grades
from audit.pasted import comparable_name, fingerprint
from audit.scales import Scale
from audit.tools import OVERALL, Tool
from audit.underway.change import Follows, follows, under_way
from storage.cases import ASKED, Case, Involvement
from storage.clock import now
from storage.cycles import Cycle
from storage.meetings import Judgement
from storage.promises import PromiseKind, promise
from storage.returns import Draft, Return, ReturnState, ReturnVersion

VERB = "tool.change"


@dataclass(frozen=True)
class Used:
    """How far an audit's tool has been used: the numbers of returns sent, begun as a draft, and locked with their case.

    `judged`: the number of cases ever ratified. `overall`: the number of returns ever sent, with or without an overall
    grade. `graded`: section key -> the number of returns that ever graded it.
    """

    sent: int
    drafted: int
    locked: int
    judged: int
    overall: int
    graded: Mapping[str, int]


@dataclass(frozen=True)
class ToolChange(Filled):
    """The tool's versions `before` and `after` (the newest), and the differences between them.

    `obstacles`: sentences why the audit can't switch to it. `follows`: what is updated in Slack and the sheet.
    """

    cycle: CycleView
    before: Tool
    after: Tool
    difference: Difference
    used: Used
    obstacles: tuple[str, ...] = ()
    follows: Follows | None = None


def open_change(session: Session, who: Actor, cycle_id: str) -> ToolChange:
    """What would change, for a coordinator, while the cycle is under way."""
    return _change(session, under_way(session, who, VERB, cycle_id))


def change(session: Session, who: Actor, cycle_id: str, version: int, seen: str) -> ToolChange:
    """Switch to the newest version, whose number is `version`, once `seen` proves that exactly this was displayed.

    Returns that were sent stay as they are: each is read by the version of the tool under which it was sent. If the
    audit has switched already, nothing changes (`done`). Refused names the first obstacle.
    """
    cycle = under_way(session, who, VERB, cycle_id, locked=True)
    form = _change(session, cycle)
    if form.before.version == version:
        return replace(form, after=form.before, done=True)
    if form.mark != seen:
        return replace(form, again=True)
    if form.obstacles:
        raise Refused(form.obstacles[0])
    cycle.tool_id = tools.row(session, form.after.key).id
    if form.after.scale is not None and not form.after.scale.same_steps(Scale.from_json(cycle.scale)):
        cycle.scale = form.after.scale.to_json()
    detail = f"{form.before.key} {form.before.version} to {form.after.version}"
    trail.record(session, who, VERB, subject_id=cycle.id, cycle_id=cycle.id, detail=detail)
    promise(session, PromiseKind.CYCLE, cycle.id, now(session))
    return replace(form, done=True)


def _change(session: Session, cycle: Cycle) -> ToolChange:
    facts = cycle_facts.view(session, cycle.id)
    before, after = facts.tool, tools.newest(session, facts.tool.key)
    between, used = difference(before, after), _used(session, cycle, before)
    reasons = tuple(obstacles(Scale.from_json(cycle.scale), before, after, between, used))
    following = replace(follows(session, cycle), told=())
    mark = fingerprint(VERB, cycle.id, before.version, after.version, used, reasons, following)
    return ToolChange(facts, before, after, between, used, reasons, following, mark=mark)


def _used(session: Session, cycle: Cycle, tool: Tool) -> Used:
    return_ids = (
        select(Return.id)
        .join(Involvement, Involvement.id == Return.involvement_id)
        .join(Case, Case.id == Involvement.case_id)
        .where(Case.cycle_id == cycle.id, *ASKED)
    )
    returns = select(func.count()).select_from(Return).where(Return.id.in_(return_ids))
    drafts = exists().where(Draft.return_id == Return.id, Draft.answers.is_not(None))
    judged = select(func.count(Judgement.case_id.distinct())).join(Case, Case.id == Judgement.case_id)
    sent = [ReturnVersion.return_id.in_(return_ids), ReturnVersion.state == ReturnState.SUBMITTED]
    rows = session.execute(select(ReturnVersion.return_id, ReturnVersion.sections).where(*sent)).all()
    graded = {part.key: {return_id for return_id, given in rows if (given or {}).get(part.key)} for part in tool.graded}
    return Used(
        sent=session.scalar(returns.where(Return.state == ReturnState.SUBMITTED)) or 0,
        drafted=session.scalar(returns.where(drafts)) or 0,
        locked=session.scalar(returns.where(Return.locked_at.is_not(None))) or 0,
        judged=session.scalar(judged.where(Case.cycle_id == cycle.id)) or 0,
        overall=len({return_id for return_id, _ in rows}),
        graded={key: len(returns) for key, returns in graded.items() if returns},
    )


def obstacles(scale: Scale, before: Tool, after: Tool, between: Difference, used: Used) -> Iterator[str]:
    """Sentences why returns or judgements couldn't be read or counted any more after the change."""
    called = question_names.of_tool(before)
    for section in between.gone:
        if section.key in used.graded:
            yield f"“{called[section.key]}” was graded already, so it can't be removed any more."
    for alteration in between.altered:
        yield from _of_question(alteration, called[alteration.before.key], used)
    asks_alike = after.asks_overall == before.asks_overall
    alike = not after.asks_overall or after.scale is None or same_grades(scale, after.scale)
    if used.overall and not (asks_alike and alike):
        yield "Returns were sent already, so the overall grade, and the scale it is on, can't be changed any more."
    if used.judged and _judged(before) != _judged(after):
        yield (
            "A case was ratified already, so no graded section can be added or removed any more, and whether there"
            " must be an overall grade stays as it is."
        )


def _of_question(each: Altered, label: str, used: Used) -> Iterator[str]:
    before, after = each.before, each.after
    kinds = {before.kind, after.kind}
    if before.key == OVERALL:
        return
    if before.kind != after.kind and kinds != {"line", "text"} and (used.sent or used.drafted):
        yield f"“{label}” is answered differently now: give that question a new name, so that it counts as another one."
    elif before.scale and after.scale and before.key in used.graded:
        if not same_grades(before.scale, after.scale):
            yield f"“{label}” was graded already, so the grades that it can be given can't be changed any more."
        if {*map(comparable_name, before.agencies)} != {*map(comparable_name, after.agencies)}:
            yield f"“{label}” was graded already, so who is asked can't be changed any more."


def _judged(tool: Tool) -> tuple[frozenset[str], bool, bool]:
    return frozenset(part.key for part in tool.graded), tool.asks_overall, tool.needs_overall
