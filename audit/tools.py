"""Audit tools as data: what a single-agency return asks for."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from audit.calendar import said

Kind = Literal["text", "line", "yes_no", "date"]

TEXT_LIMIT = 3000
LINE_LIMIT = 150
MOST_QUESTIONS = 12
"""As many as are comfortable in one modal; a longer tool is asked in two steps."""

IMMEDIATE = "immediate_action"
IMMEDIATE_DETAILS = ("immediate_what", "immediate_owner", "immediate_by")
YES = "yes"
_YES_NO = {YES: "Yes", "no": "No"}


@dataclass(frozen=True)
class Section:
    """One question. `group` says how a summary counts it: as a strength, a concern, or neither."""

    key: str
    label: str
    kind: Kind = "text"
    hint: str = ""
    group: Literal["strength", "concern", ""] = ""

    @property
    def limit(self) -> int:
        """How many characters an answer may have."""
        return TEXT_LIMIT if self.kind == "text" else LINE_LIMIT

    def shown(self, text: str) -> str:
        """An answer as it is read: yes and no, and a day, in words."""
        if self.kind == "date":
            return said(text)
        return _YES_NO.get(text, text) if self.kind == "yes_no" else text


@dataclass(frozen=True)
class Tool:
    """A version of an audit tool. Every section may be left empty; the grade and its reason may not."""

    key: str
    version: int
    sections: tuple[Section, ...]

    @property
    def steps(self) -> tuple[tuple[Section, ...], ...]:
        """The questions as they are asked: all at once, or in two halves that don't part what belongs together."""
        if len(self.sections) <= MOST_QUESTIONS:
            return (self.sections,)
        cut = (len(self.sections) + 1) // 2
        while cut < len(self.sections) and self.sections[cut].key in IMMEDIATE_DETAILS:
            cut += 1
        return (self.sections[:cut], self.sections[cut:])

    def conditional(self, key: str) -> bool:
        """Whether a question is asked, and then must be answered, only if immediate action is needed."""
        return key in IMMEDIATE_DETAILS and any(section.key == IMMEDIATE for section in self.sections)

    def hides(self, key: str, said: Mapping[str, str]) -> bool:
        """Whether a question isn't asked as things are `said`: the details of an action that isn't needed."""
        return self.conditional(key) and said.get(IMMEDIATE) != YES

    def answered(self, said: Mapping[str, str]) -> tuple[Section, ...]:
        """The questions that were asked as things were `said`, and any other that has an answer all the same."""
        return tuple(
            section
            for section in self.sections
            if said.get(section.key, "").strip() or not self.hides(section.key, said)
        )

    def to_json(self) -> list[dict[str, object]]:
        """The sections, as `from_json` reads them."""
        return [asdict(section) for section in self.sections]

    @classmethod
    def from_json(cls, key: str, version: int, sections: list[dict[str, object]]) -> "Tool":
        """Read a stored tool."""
        return cls(key, version, tuple(Section(**section) for section in sections))  # type: ignore[arg-type]  # to_json's


DEFAULT = Tool(
    "single_agency",
    1,
    (
        Section("involvement", "Our involvement", hint="When your agency was involved, and in what way."),
        Section("went_well", "What went well", group="strength"),
        Section("could_be_better", "What could have been better", group="concern"),
        Section("working_together", "Information sharing and work with other agencies"),
        Section("voice", "Voice of the child", hint="What the child said or showed, and what came of it."),
        Section("learning", "Learning for our agency"),
        Section(IMMEDIATE, "Immediate action needed?", "yes_no",
                hint="This is not a referral: if a child may be at risk now, use your referral route first."),
        Section("immediate_what", "If yes: what must happen", "line"),
        Section("immediate_owner", "If yes: who owns it", "line", hint="A role, not a name."),
        Section("immediate_by", "If yes: by when", "date"),
    ),
)  # fmt: skip
"""The default tool's first version."""

TOOLS = {(tool.key, tool.version): tool for tool in (DEFAULT,)}
"""The tools that come with the product."""
