"""What the documents say of commands and of each other: every command can be said so, every link leads somewhere."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from bot.commands import ARGUMENTS, COMMANDS
from sandbox.page import moving
from tests.kit import commands as commands_page

HERE = Path(__file__).parents[1]
PAGES = [*sorted(HERE.glob("*.md")), *sorted((HERE / "docs").rglob("*.md"))]
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(roundtable [^`]+)`")
_LINE = re.compile(r"^(?:podman exec roundtable )?(roundtable .+)$", re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """What can be linked to in a page: its headings, as GitHub names them."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", page.read_text()), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", each.lower()) for each in headings)
    return {each.replace(" ", "-") for each in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HERE)))
def test_every_link_leads_somewhere(page: Path) -> None:
    nowhere = []
    for link in _LINK.findall(_FENCE.sub("", page.read_text())):
        path, _, anchor = link.partition("#")
        if "://" in path or path.startswith("mailto:"):
            continue
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            nowhere.append(link)
    assert nowhere == []


def commands(page: Path) -> Iterator[str]:
    """What a page tells to say, in the text and on lines of their own; without a comment behind it."""
    text = page.read_text()
    yield from (each.replace("\n", " ") for each in _INLINE.findall(_FENCE.sub("", text)))
    for fence in _FENCE.findall(text):
        yield from (each.partition(" #")[0] for each in _LINE.findall(fence))


def wrong(said: str) -> str:
    """What can't be said so; "" if all can."""
    _, *words = shlex.split(said.partition(" > ")[0])
    named = next((name for name in COMMANDS if words[: name.count(" ") + 1] == name.split()), None)
    if named is None:
        bare = len(words) == 1 and (
            words[0].startswith("--") or any(each.startswith(f"{words[0]} ") for each in COMMANDS)
        )
        return "" if bare else f"there is no command {words[0]}"
    takes, given = COMMANDS[named][1], words[named.count(" ") + 1 :]
    unknown = [each for each in given if each.startswith("--") and each not in (*takes, "--help")]
    valued = {each for each in takes if each.startswith("--") and ARGUMENTS[each].get("action") != "store_true"}
    loose = [each for place, each in enumerate(given) if not each.startswith("--") and given[place - 1] not in valued]
    most = sum(not each.startswith("--") for each in takes)
    many = [] if len(loose) <= most else [f"{len(loose)} words, where {most} fit"]
    return ", ".join([*unknown, *many])


def test_every_command_can_be_said_as_the_documents_say_it() -> None:
    pages = (page for page in PAGES if page.name != "commands.md")  # which has brackets, and is made of the commands
    told = {said: wrong(said) for page in pages for said in commands(page) if " | " not in said}
    assert len(told) > 50
    assert {said: why for said, why in told.items() if why} == {}


def test_the_page_of_commands_is_the_command_line_s() -> None:
    """`python -m tests.kit.commands > docs/commands.md`."""
    assert (HERE / "docs" / "commands.md").read_text() == commands_page.said()


def test_a_command_that_is_none_would_be_found() -> None:
    assert wrong("roundtable cycle lode my.json")
    assert wrong("roundtable purge --for-ever")
    assert wrong("roundtable cycle open 2 3")


def test_every_guide_is_in_the_index_and_every_picture_in_a_guide() -> None:
    guides, pictures = HERE / "docs" / "guides", HERE / "docs" / "pictures"
    index = (guides / "README.md").read_text()
    assert [
        each.name for each in guides.glob("*.md") if each.name != "README.md" and f"({each.name})" not in index
    ] == []
    shown = "".join(page.read_text() for page in PAGES) + "".join(f"pictures/{name}.png" for name, _ in moving.FRAMES)
    assert [each.name for each in pictures.iterdir() if f"pictures/{each.name}" not in shown] == []


def test_the_moving_picture_is_of_the_pictures_and_light() -> None:
    folder = HERE / "docs" / "pictures"
    file = folder / moving.NAME
    assert file.stat().st_size < moving.MOST
    with Image.open(file) as picture:
        assert getattr(picture, "n_frames", 1) == len(moving.FRAMES)
        for number, (name, _) in enumerate(moving.FRAMES):
            picture.seek(number)
            with Image.open(folder / f"{name}.png") as still:
                assert picture.size == still.size
