"""A guide that tests follow as written: its sections, steps, lines to type and names of buttons."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sandbox.slack import Person
from sandbox.slack.answers import label, options
from sandbox.slack.model import View
from sandbox.slack.sender import Outcome
from sandbox.slack.shapes import Obj, obj, objs, text
from sandbox.slack.stored import elements
from tests.kit.served import HERE

_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_FENCE = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_STEP = re.compile(r"^\d+\. (.+(?:\n   .+)*)", re.MULTILINE)
_NAMED = re.compile(r"(?<!\*)\*{1,2}(?!\*)([^*]+?)\*{1,2}(?!\*)")


@dataclass(frozen=True)
class Guide:
    """A page of docs/guides. A section is found by the beginning of its heading."""

    name: str

    def section(self, heading: str) -> str:
        """The text below that heading, up to the next one."""
        parts = _HEADING.split((HERE / "docs/guides" / self.name).read_text())
        [found] = [below for title, below in zip(parts[1::2], parts[2::2], strict=True) if title.startswith(heading)]
        return found

    def blocks(self, heading: str) -> list[list[str]]:
        """The lines to type in the section's code blocks, block by block."""
        return [block.splitlines() for block in _FENCE.findall(self.section(heading))]

    def inline(self, heading: str, command: str) -> list[str]:
        """The code inside the section's text that begins with `command` (a regex)."""
        return re.findall(rf"`({command}[^`]*)`", self.section(heading))

    def steps(self, heading: str) -> list[str]:
        """The section's numbered steps, each on one line."""
        return [" ".join(step.split()) for step in _STEP.findall(self.section(heading))]

    def named(self, heading: str) -> set[str]:
        """The words in bold or italics in the section: names of buttons, fields and tabs."""
        return {" ".join(each.split()) for each in _NAMED.findall(_FENCE.sub("", self.section(heading)))}


@dataclass
class Hands:
    """A person who finds buttons and fields by their names; `seen`: all names shown so far."""

    who: Person
    seen: set[str] = field(default_factory=set)

    def home(self) -> str:
        """Open Home, and return all its content."""
        assert self.who.open_home().ok
        return str(self._front().content)

    def press(self, name: str, nth: int = 0) -> None:
        """Press the button in front whose name begins with `name`; `nth`: which of several."""
        view = self._front()
        places = [each for offered, *each in self._offered(view) if offered.startswith(name)]
        assert places, (name, sorted(self.seen))
        block, element = places[nth]
        _done(self.who.act(view.id, text(element["action_id"]), text(block["block_id"])))

    def send(self, button: str, **given: object) -> None:
        """Fill in the form by the labels of fields (_ for a space) and of choices, and press its submit button."""
        view = self._front()
        fields = {asked: each for asked, *each in self._offered(view) if each[0]["type"] == "input"}
        for name, answer in given.items():
            block, element = fields[name.replace("_", " ")]
            choices = {label(each): each["value"] for each in options(element)}
            self.seen |= choices.keys()
            self.who.fill(view.id, {text(block["block_id"]): choices.get(str(answer), answer)})
        assert self.button() == button, (button, self.button())
        self.seen.add(button)
        _done(self.who.submit(view.id))

    def button(self) -> str:
        """The name of the submit button in front, "" without one."""
        return text(obj(self._front().content.get("submit")).get("text"))

    def says(self) -> str:
        """The content of the form in front."""
        return str(self._front().content)

    def close(self) -> None:
        """Close all modals."""
        view = self.who.modal()
        if view is not None:
            self.who.close(view.id, whole_stack=True)

    def _front(self) -> View:
        view = self.who.modal() or self.who.home()
        assert view is not None
        self.seen |= {text(obj(view.content.get("title")).get("text")), *(name for name, *_ in self._offered(view))}
        return view

    def _offered(self, view: View) -> Iterator[tuple[str, Obj, Obj]]:
        """The name of each button and field with its block and its element."""
        for block, element in elements(objs(view.content["blocks"])):
            named = obj(block.get("label")) if block["type"] == "input" else obj(element.get("text"))
            yield text(named.get("text")), block, element


def _done(outcome: Outcome) -> None:
    assert outcome.ok, (outcome.status, outcome.body)
    assert not outcome.shown, outcome.shown
