"""Preview an audit tool as the form that a lead will see: one page, for one kind of agency. Nothing is stored."""

from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy.orm import Session

from audit.access import Actor
from audit.errors import NotFound
from audit.library import tools
from audit.pasted import comparable_name
from audit.returns import form
from audit.returns.answers import Answers
from audit.scales import INSPECTION, Scale
from audit.tools import Section, Tool

Kinds = tuple[tuple[str, ...], ...]
"""Groups of agencies (labels) that are asked the same. The first group has no labels: it stands for all others."""

NOTHING_SAID = Answers()
_STORED, _FILE = "s", "f"
_GONE = "There is nothing to look at here any more. Close this and open it again."


@dataclass(frozen=True)
class PreviewSource:
    """What is previewed: a version of a tool (its mark), or a file in Slack that isn't stored yet (its id)."""

    id: str
    stored: bool

    def at(self, step: int) -> str:
        """The id of one of its pages (from 0) in a form's record."""
        return f"{_STORED if self.stored else _FILE}{self.id}{step:02d}"


def of_tool(tool: Tool) -> str:
    """The value of a button that previews a stored tool."""
    return PreviewSource(tools.mark_of_version(tool), stored=True).at(0)


def of_file(file_id: str) -> str:
    """The value of a button that previews a workbook in Slack."""
    return PreviewSource(file_id, stored=False).at(0)


def addressed(record_id: str) -> tuple[PreviewSource, int]:
    """The source and the page number that a record's id names. NotFound if it is invalid."""
    kind, named, step = record_id[:1], record_id[1:-2], record_id[-2:]
    if kind not in {_STORED, _FILE} or not named or not step.isdecimal():
        raise NotFound(_GONE)
    return PreviewSource(named, stored=kind == _STORED), int(step)


@dataclass(frozen=True)
class Preview:
    """A page of a tool's form, with the choices made on it.

    `tool`: with the questions for all agencies. `wanted`: the number of the page asked for. `kind`: an index into
    `kinds`. `themes`: as in audit.returns.form.
    """

    source: PreviewSource
    tool: Tool
    wanted: int
    kind: int = 0
    answers: Answers = NOTHING_SAID
    themes: tuple[tuple[str, str], ...] = ()

    @cached_property
    def kinds(self) -> Kinds:
        """The agencies, grouped by what they are asked."""
        return kinds(self.tool)

    @cached_property
    def asked(self) -> Tool:
        """The tool as the chosen group of agencies is asked."""
        labels = self.kinds[self.kind]
        return self.tool.asked_of(labels[0] if labels else "")

    @property
    def step(self) -> int:
        """The page's number; the last page's if these agencies have fewer pages than `wanted`."""
        return min(self.wanted, len(self.asked.steps) - 1)

    @property
    def last_step(self) -> bool:
        """Whether the form is sent from this page."""
        return self.step == len(self.asked.steps) - 1

    @property
    def scale(self) -> Scale:
        """The scale of the overall grade. The inspection scale stands for a cycle's own."""
        return self.tool.scale or INSPECTION

    @cached_property
    def untold(self) -> tuple[Section, ...]:
        """Questions of this page that depend on answers the preview doesn't know: on other pages, or typed."""
        page = self.asked.steps[self.step]
        told = {part.key for part in page if part.offered or part.kind == "date"}
        return tuple(part for part in page if not self.asked.needs(part.key) <= told)

    @property
    def shown(self) -> frozenset[str]:
        """The keys of what the page shows: what follows from the choices on it, and everything in `untold`."""
        always = {part.key for part in self.untold}
        parts = tuple(replace(part, relevant="") if part.key in always else part for part in self.asked.parts)
        return replace(self.asked, parts=parts).shows(self.answers.sections)

    @property
    def hidden(self) -> int:
        """How many questions of the page appear only after another choice on it."""
        page, shown = self.asked.steps[self.step], self.shown
        return sum(part.key not in shown and part.kind != "note" and not part.implied for part in page)


def kinds(tool: Tool) -> Kinds:
    """The agencies, grouped by what a tool asks them."""
    labels = {comparable_name(label): label for part in tool.parts for label in part.agencies}
    alike: dict[tuple[str, ...], list[str]] = {_keys(tool, ""): []}
    for label in labels.values():
        alike.setdefault(_keys(tool, label), []).append(label)
    return tuple(tuple(found) for found in alike.values())


def _keys(tool: Tool, label: str) -> tuple[str, ...]:
    return tuple(part.key for part in tool.asked_of(label).parts)


def preview(  # noqa: PLR0917  # whose form, which page, and its choices
    session: Session, who: Actor, source: PreviewSource, tool: Tool | None, step: int, kind: int, answers: Answers
) -> Preview:
    """A page of the form, for a coordinator. `tool`: from a workbook that isn't stored, or None. NotFound."""
    tools.require(who)
    whole = tool or tools.of_mark(session, source.id)
    page = Preview(source, whole, step, kind, answers, form.themes(session, answers.themes))
    return page if kind < len(page.kinds) else replace(page, kind=0)
