"""Any audit tool can be shown in Slack, answered over its pages, and comes back from the database as it was typed."""

from collections.abc import Mapping
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.access import Actor, actor
from audit.library import preview, tools
from audit.library.preview import Preview, PreviewSource
from audit.returns import draft, submit
from audit.returns.answers import GRADE, OWN, REASON, WHY, Answers, kept
from audit.returns.form import OpenReturn
from audit.scales import INSPECTION, NOT_GRADED, REASONS
from audit.tools import Section, Tool
from sandbox.slack.checks import problems
from storage.cycles import AuditTool, Cycle
from storage.returns import ReturnVersion
from tests.kit import drawn
from tests.kit.forging import TEAM
from tests.kit.play import Play
from tests.kit.pressing import LEAD, return_of
from views.confirming import fields
from views.library.preview import WHOSE
from views.library.preview import page as previewed
from views.returns.form import form as drawn_form

TEXTS = st.text("abcŵôß. \n", min_size=1, max_size=30).filter(lambda text: bool(text.strip()))
MOST_TURNS = 60


def _answer(part: Section) -> st.SearchStrategy[str]:
    """What can be answered to a question; nothing too, where it needn't be answered."""
    names = [choice.name for choice in part.offered]
    some = {
        "several_of": st.lists(st.sampled_from(names or [""]), min_size=1, unique=True).map(" ".join),
        "integer": st.integers(-999, 999).map(str),
        "decimal": st.decimals(-99, 99, places=2).map(lambda number: f"{number:f}"),
        "date": st.dates(date(2020, 1, 1), date(2030, 12, 31)).map(lambda day: day.isoformat()),
        "line": TEXTS.map(lambda text: text.replace("\n", " ")),
    }.get(part.kind, st.sampled_from(names) if names else TEXTS)
    return some if part.required else some | st.just("")


@st.composite
def answered(draw: st.DrawFn) -> tuple[Tool, dict[str, str]]:
    """A tool, and an answer to each of its questions, whether it is asked or not."""
    tool = draw(drawn.tools())
    return tool, {section.key: draw(_answer(section)) for section in tool.sections}


def _page(form: OpenReturn, said: Mapping[str, str]) -> tuple[Answers, frozenset[str]]:
    """What is answered on the page that is shown, which Slack can show; and its fields."""
    view = drawn_form(form)
    assert problems(view, "modal") == []
    asked = fields(view)
    given = Answers({key: said[key] for key in asked if key not in OWN})
    if GRADE in asked:
        grade = form.scale.grades[0].key if form.tool.needs_overall else NOT_GRADED
        reason = next(iter(REASONS)) if grade == NOT_GRADED else None
        given = Answers(given.sections, grade, reason, "So.")
        asked |= {REASON} if grade == NOT_GRADED else set()
    return given, asked | ({WHY} if GRADE in asked else set())


def _sent(session: Session, who: Actor, return_id: str, said: Mapping[str, str]) -> Answers:
    """The return is opened, answered page by page, and sent; what is stored.

    A page that shows more once it is answered is answered again: in Slack a choice shows what follows at once.
    """
    form, before = submit.open_form(session, who, return_id), frozenset[str]()
    for _ in range(MOST_TURNS):
        given, asked = _page(form, said)
        if asked != before:
            form, before = draft.save(session, who, form.record_id, "V0WINDOW", given, asked=asked), asked
        elif not form.last_step:
            form, before = draft.turn(session, who, form.record_id, "V0WINDOW", given, asked=asked), frozenset()
        else:
            sent = submit.submit(session, who, form.record_id, "V0WINDOW", given, asked=asked)
            assert isinstance(sent, submit.Saved), sent.notice
            break
    return kept(session, session.scalars(select(ReturnVersion).where(ReturnVersion.return_id == return_id)).one())


def _previewed(tool: Tool, said: Mapping[str, str]) -> None:
    """Every page of the form, as a coordinator sees it before, asks what a lead is asked; Slack can show it."""
    for number, labels in enumerate(preview.kinds(tool)):
        asked = tool.asked_of(labels[0] if labels else "")
        for step, parts in enumerate(asked.steps):
            at = Preview(PreviewSource("x", stored=True), tool, step, number, Answers(said))
            view = previewed(at)
            assert problems(view, "modal") == []
            there = fields(view) - {WHOSE, GRADE, WHY, REASON}
            on_page = {part.key for part in parts if part.kind != "note"}
            assert asked.shows(said) & on_page <= there <= on_page


@given(answered())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_fault_22_any_tool_is_shown_answered_and_comes_back(play: Play, made: tuple[Tool, dict[str, str]]) -> None:
    tool, said = made
    with play.reading() as session:
        loaded = session.scalars(select(Cycle)).first() is not None
    if not loaded:  # once for all examples, each of which is undone
        play.load()
    return_id = return_of(play, "T2-EAST-03")
    with play.sessions.begin() as session:
        undone = session.begin_nested()
        stored = tools.store(session, None, tool)
        cycle = session.scalars(select(Cycle)).one()
        cycle.tool_id, cycle.scale = tools.row(session, tool.key).id, (tool.scale or INSPECTION).to_json()
        session.flush()
        session.expire_all()
        assert Tool.stored(session.get_one(AuditTool, cycle.tool_id)) == stored
        back = _sent(session, actor(session, TEAM, LEAD), return_id, said)
        undone.rollback()
    _previewed(stored, said)
    asked = stored.asked_of("Education")
    shown = asked.shows(said)
    assert back.sections == {each.key: said[each.key] if each.key in shown else "" for each in asked.sections}
