"""What each surface shows at the end of a played cycle (command line, channels, sheet, documents); all must agree."""

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sandbox import documents, signing
from sandbox.cyclefile import CycleFile
from sandbox.documents import Said
from sandbox.product import Product
from sandbox.sheets import Look
from sandbox.slack.shapes import Obj, obj, objs, text
from sandbox.slack.workspace import Workspace

GRADES: Final = ("outstanding", "good", "requires improvement", "inadequate", "not graded")
REPORTS: Final = ("report.docx", "report.md", "public.docx", "public.md")
SUB_GROUP: Final = "C0SUBGROUP"
AREAS: Final = ("C0AUDITCENTRAL", "C0AUDITEAST", "C0AUDITNORTH")
_COUNTED: Final = re.compile(r"^(.+): \*(\d+ of \d+) cases?\*$", re.MULTILINE)


class Disagree(Exception):
    """Something isn't as it was played, or two surfaces show different things."""


@dataclass(frozen=True)
class Numbers:
    """What a surface shows: grade (lower-case) -> number of cases, and learning theme -> "4 of 15"."""

    grades: Mapping[str, int]
    themes: Mapping[str, str]


def of_command_line(tally: Obj) -> Numbers:
    """The numbers in `roundtable tally --json`."""
    grades = {key.replace("_", " "): number(value) for key, value in obj(tally["grades"]).items()}
    grades["not graded"] = sum(number(value) for value in obj(tally["not_graded"]).values())
    return Numbers(
        grades,
        {
            text(one["theme"]) + (documents.STRONG if one["strength"] else ""): f"{one['cases']} of {one['of']}"
            for one in objs(tally["themes"])
        },
    )


def of_sheet(rows: Sequence[Sequence[str]]) -> Numbers:
    """The numbers in the Tallies tab."""
    heads = [head.lower() for head in rows[0]]
    whole = next(row for row in rows if row[0] == "ratified:all")
    themes = [row for row in rows if row[0].startswith("theme:")]
    part, total, cases = (heads.index(name) for name in ("of", "total", "found in"))
    return Numbers(
        {name: int(whole[heads.index(name)]) for name in GRADES},
        {row[part]: f"{row[cases]} of {row[total]}" for row in themes},
    )


def of_channel(messages: Iterable[Obj]) -> Numbers:
    """The numbers in the sub-group's channel. Raises Disagree unless it holds exactly one tally."""
    tallies = [message for message in messages if text(message.get("text")).startswith("Tally of ")]
    if len(tallies) != 1:
        raise Disagree(f"{len(tallies)} tallies in the sub-group's channel")
    said = [text(obj(block.get("text")).get("text")) for block in objs(tallies[0]["blocks"])]
    lines = next((each.splitlines() for each in said if each.startswith("Outstanding: ")), [])
    found = {line.partition(":")[0].lower(): line.split("*")[1] for line in lines}
    grades = {name: int(count) for name, count in found.items() if name in GRADES}
    return Numbers(grades, dict(_COUNTED.findall("\n".join(said))))


def of_document(tables: documents.Tables) -> Numbers:
    """The numbers in a document's tables."""
    return Numbers(documents.grades(tables, GRADES), documents.themes(tables))


def number(value: object) -> int:
    """An integer in the product's JSON."""
    assert isinstance(value, int)  # noqa: S101  # it is ours
    return value


@dataclass(frozen=True)
class Surfaces:
    """The surfaces of one played cycle."""

    workspace: Workspace
    look: Look
    product: Product
    file: CycleFile
    folder: Path
    """The folder that `roundtable report` writes to."""

    def messages(self, channel: str) -> list[Obj]:
        """The messages that the coordinator sees in a channel."""
        return self.workspace.person(self.file.coordinator).messages(channel)

    def documents(self, *more: str) -> dict[str, Said]:
        """The files that `roundtable report` writes: edition and suffix ("public.docx") -> tables and text."""
        folder = self.folder / "-".join(("report", *more))
        self.product.run("report", str(self.file.number), "--out", str(folder), *more)
        found = {}
        for path in sorted(folder.iterdir()):
            name = f"{path.name.split('-')[2]}{path.suffix}"
            if path.suffix == ".docx":
                found[name] = documents.of_word(path.read_bytes())
            elif path.suffix == ".md":
                found[name] = documents.of_markdown(path.read_text(encoding="utf-8"))
        return found

    def shared(self, where: str, channel: str) -> Said:
        """The only report shared in a channel; errors call the channel `where`. Raises Disagree if there isn't one."""
        files = [file for message in self.messages(channel) for file in objs(message.get("files"))]
        reports = [file for file in files if text(file["name"]).endswith(".docx")]
        if len(reports) != 1:
            raise Disagree(f"{len(reports)} reports {where}")
        return documents.of_word(base64.b64decode(self.workspace.files[text(reports[0]["id"])].data))


def compare(at: Surfaces) -> tuple[Obj, Numbers]:
    """The command line's tally and numbers. Raises Disagree, which names the surfaces that show something else."""
    tally = at.product.ask("tally", str(at.file.number))
    written, public = at.documents(), at.documents("--public")
    sent = at.shared("in the sub-group's channel", SUB_GROUP)
    published = at.shared("published", at.workspace.person(at.file.coordinator).dm)
    said = {
        "tally --json": of_command_line(tally),
        "the channel's tally": of_channel(at.messages(SUB_GROUP)),
        "the sheet's Tallies": of_sheet(at.look.grid("Tallies")),
        "the shared report": of_document(sent[0]),
        "the published edition": of_document(published[0]),
        **{name: of_document((written | public)[name][0]) for name in REPORTS},
        "the cycle file": Numbers(of_command_line(tally).grades, _themes(at.file)),
    }
    numbers = said["tally --json"]
    differing = {name: each for name, each in said.items() if each != numbers}
    if differing or not tally["adds_up"]:
        raise Disagree(f"{numbers} by the command line, but: {differing}")
    _public(at.file, {"the published edition": published[1], **{name: words for name, (_, words) in public.items()}})
    _signed(sent[1], published[1])
    _rows(at)
    _messages(at)
    return tally, numbers


def _themes(file: CycleFile) -> dict[str, str]:
    """Learning theme -> "n of N" cases, by the file's findings."""
    labels = {each.removeprefix("+ "): each.startswith("+") for each in file.themes}
    named = {
        theme + (documents.STRONG if strong else ""): {each.case for each in file.findings if each.theme == theme}
        for theme, strong in labels.items()
    }
    return {theme: f"{len(cases)} of {len(file.judgements)}" for theme, cases in named.items() if cases}


def _public(file: CycleFile, published: Mapping[str, str]) -> None:
    """Raise Disagree if the public edition or the briefing tells of a single case."""
    secret = {each.case for each in file.judgements} | {each.text for each in file.findings}
    for name, words in published.items():
        leaked = [each for each in secret if each in words]
        if leaked:
            raise Disagree(f"{name} is public and holds {', '.join(leaked)}")


def _signed(sent: str, published: str) -> None:
    """Raise Disagree unless the report has all texts written for it, and the public edition only the one let in."""
    first, *others = signing.TEXTS.values()
    lacking = [each for each in _lines(*signing.TEXTS.values()) if each not in sent]
    lacking += [each for each in _lines(first) if each not in published]
    leaked = [each for each in _lines(*others) if each in published]
    if lacking or leaked:
        raise Disagree(f"lacking in the report: {lacking}; not for the public: {leaked}")


def _lines(*texts: str) -> list[str]:
    return [line for each in texts for line in each.split("\n\n")]


def _rows(at: Surfaces) -> None:
    """Raise Disagree unless the sheet has a row for each return, one moderated grade, and a row for each action."""
    heads, *rows = at.look.grid("Returns")
    keys = [row[0] for row in rows if any(row)]
    if len({*keys}) != len(keys) or len(keys) != len(at.file.returns):
        raise Disagree(f"{len(keys)} rows in the sheet for {len(at.file.returns)} returns")
    moderated = [row for row in rows if row[heads.index("Moderated grade")]]
    if len(moderated) != 1:
        raise Disagree(f"{len(moderated)} moderated grades in the sheet")
    wanted, drawn = actions(at.file), [row for row in at.look.grid("Actions")[1:] if any(row)]
    if len(drawn) != wanted:
        raise Disagree(f"{len(drawn)} rows in the sheet for {wanted} actions")


def actions(file: CycleFile) -> int:
    """The number of actions: those of recommendations, and one for each case judged to have the lowest grade."""
    urgent = sum("action" in each.answers for each in file.judgements)
    return urgent + sum(len(each.actions) for each in file.recommendations)


def _messages(at: Surfaces) -> None:
    """Raise Disagree unless each area's channel has a summary of each case and an agenda, each posted once.

    The sub-group's channel has three messages: who answered, the tally and the report. On some days of a month it also
    gets one about the actions, which isn't counted.
    """
    wanted = {channel: 1 + sum(_in(channel, each.case) for each in at.file.judgements) for channel in AREAS}
    found = {channel: sum(not _monthly(one) for one in at.messages(channel)) for channel in (*AREAS, SUB_GROUP)}
    if found != wanted | {SUB_GROUP: 3}:
        raise Disagree(f"messages in the channels: {found}, and not {wanted}, 3 for the sub-group")


def _monthly(message: Obj) -> bool:
    return text(message.get("text")).startswith("Actions, ")


def _in(channel: str, case: str) -> bool:
    return case.split("-")[1] == channel.removeprefix("C0AUDIT")
