"""Commands about audit tools: check a board's workbook, store it, list the tools, write one out."""

import argparse

from audit.bounds import contents
from audit.errors import Refused
from audit.library import from_xlsform, shipped, to_xlsform, tools
from audit.library.default import TOOLS
from audit.tools import Section, Tool
from bot.new_file import new
from bot.settings import Stored
from views.parts import count_of

_KINDS = {
    "text": "text", "line": "one line", "yes_no": "yes or no", "one_of": "one of", "several_of": "several of",
    "integer": "a whole number", "decimal": "a number", "date": "a date", "graded": "graded", "note": "to be read",
}  # fmt: skip


def check(given: argparse.Namespace) -> None:
    """Check whether a workbook can be used as an audit tool, and print its form; nothing is stored."""
    read = _read(given)
    for remark in read.remarks:
        print(remark)
    print("\n".join(_in_words(read.tool)))


def load(settings: Stored, given: argparse.Namespace) -> None:
    """Store a workbook as the next version of an audit tool, which cycles planned from now on can choose."""
    read = _read(given)
    with settings.database() as sessions, sessions.begin() as session:
        looked = tools.candidate(session, read)
        stored = tools.store(session, None, read.tool)
    for remark in looked.remarks:
        print(remark)
    before = looked.before
    became = " there already, and nothing was changed" if looked.same else " stored"
    instead = f", in place of “{before.title}”" if before and before.title != stored.title else ""
    print(f"“{stored.title}” ({stored.key}), version {stored.version}, is{became}{instead}.")


def list_tools(settings: Stored, _: argparse.Namespace) -> None:
    """Print the audit tools that a cycle can choose."""
    with settings.database() as sessions, sessions.reading() as session:
        for key in tools.offered(session):
            tool = tools.newest(session, key)
            print(f"{tool.key}  version {tool.version}  {count_of(len(tool.sections), 'question')}  {tool.title}")


def export(settings: Stored | None, given: argparse.Namespace) -> None:
    """Write an audit tool as an XLSForm workbook, which you can change and load again.

    Without settings for a database, it writes only tools that come with the product.
    """
    if settings is None:
        tool = _ours(given.tool)
    else:
        with settings.database() as sessions, sessions.reading() as session:
            tool = tools.newest(session, given.tool)
    with new(given.xlsx) as file:
        file.write(to_xlsform.workbook(tool))
    how = ", as it comes with the product: there are no settings for a database here" if settings is None else ""
    print(f"{given.xlsx} holds “{tool.title}”, version {tool.version}{how}.")


def _ours(key: str) -> Tool:
    """The newest version of a tool that comes with the product; Refused if there is none of that key."""
    if key in shipped.TITLES:
        return shipped.tool(key)
    versions = [tool for tool in TOOLS.values() if tool.key == key]
    if not versions:
        raise Refused(
            f"No audit tool “{key}” comes with the product. To write out one of the board's own, set DATABASE_URL and"
            " ENCRYPTION_KEYS."
        )
    return max(versions, key=lambda tool: tool.version)


def _read(given: argparse.Namespace) -> from_xlsform.Read:
    return from_xlsform.read(contents(given.xlsx), given.xlsx.name)


def _in_words(tool: Tool) -> list[str]:
    """The form's pages, one line per question."""
    asked = count_of(sum(not part.implied for part in tool.sections), "question")
    lines = [f"“{tool.title}” ({tool.key}): {asked} on {count_of(len(tool.steps), 'page')} in Slack."]
    for number, page in enumerate(tool.steps, 1):
        lines += [f"Page {number}", *(f"  {_line(part)}" for part in page)]
    ends = "Every form ends with the agency's grade and its reason."
    ends = ends if tool.asks_overall else "Graded by section: there is no overall grade."
    for section in tool.graded:
        best, worst = section.graded_on.grades[0], section.graded_on.grades[-1]
        lines.append(f"“{section.label}” is graded from {best.label} (the best) to {worst.label} (the worst).")
    return [*lines, f"{ends} Nothing was stored."]


def _line(part: Section) -> str:
    about = [_KINDS[part.kind]]
    about += [", ".join(choice.label for choice in part.offered)] if part.offered else []
    about += ["must be answered"] if part.required else []
    about += [f"asked if {part.relevant}"] if part.relevant else []
    about += [f"asked of {', '.join(part.agencies)}"] if part.agencies else []
    return f"{' '.join(part.label.split())} [{'; '.join(about)}]"
