"""The house rules that no tool checks."""

import ast
import os
import re
import shlex
import shutil
import socket
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from storage.engine import Sessions
from tests.faults import matrix
from tests.kit.registry import registered
from tests.kit.rooms import PRODUCT, ROOMS, dotted, modules, stands, tracked
from tests.kit.served import BIN, HERE

MOST_LINES = 300


@cache
def parsed(file: Path) -> ast.Module:
    """What stands in a module; several tests ask that of each."""
    return ast.parse(file.read_text())


@pytest.fixture(scope="module", autouse=True)
def read_once() -> Iterator[None]:
    yield
    parsed.cache_clear()  # it takes a quarter of a gigabyte


def test_every_id_has_a_listener(settings: Settings, sessions: Sessions) -> None:
    ids = {
        value
        for file in modules("views")
        for name, value in vars(import_module(dotted(file))).items()
        if name.isupper() and isinstance(value, str) and re.fullmatch(r"[a-z]+\.[a-z]+", value)
    }
    assert len(ids) >= 50
    assert ids - set(registered(settings, sessions)) == set()


def test_no_id_is_written_down_twice(settings: Settings, sessions: Sessions) -> None:
    """An id stands at the top of one view and nowhere else as a literal, in views and handlers."""
    ids = {each for each in registered(settings, sessions) if "_" not in each}  # those with one are Slack's own events
    places: dict[str, list[str]] = {each: [] for each in ids}
    for file in modules("handlers", "views"):
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.Constant) and str(node.value) in ids:
                places[str(node.value)].append(file.name)
    assert len(ids) >= 150
    assert {found: where for found, where in places.items() if len(where) != 1} == {}


def test_no_file_is_too_long() -> None:
    long = {str(file): count for file in modules(*ROOMS) if (count := len(file.read_text().splitlines())) > MOST_LINES}
    assert long == {}


def test_every_module_says_what_it_is() -> None:
    files = [file for file in modules(*PRODUCT, "sandbox") if file.stat().st_size]
    assert [str(file) for file in files if not ast.get_docstring(parsed(file))] == []


def test_no_explanation_is_left_without_its_name() -> None:
    """A text at the top of a module explains the name above it."""
    for file in modules(*ROOMS):
        for above, below in pairwise(parsed(file).body):
            if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
                assert isinstance(above, ast.Assign | ast.AnnAssign), f"{file}:{below.lineno}"


def test_what_a_docstring_names_is_there() -> None:
    """By its whole name, under which whoever reads on looks for it."""
    whole, lost = re.compile(rf"(?<![\w./])(?:{'|'.join(ROOMS)})(?:[./]\w+)+"), set()
    for file in modules(*PRODUCT):
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                names = whole.findall(str(node.value.value))
                lost |= {f"{dotted(file)}: {name}" for name in names if not stands(name)}
    assert lost == set()


def test_views_know_only_the_models_of_slack() -> None:
    for file in modules("views"):
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith("slack_sdk") or "models" in (node.module or ""), file
            if isinstance(node, ast.Import):
                assert not any(alias.name.startswith("slack_sdk") for alias in node.names), file


def test_the_rules_are_typed_to_the_last() -> None:
    """No public function of audit takes or gives Any."""
    for file in modules("audit"):
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                hints = [node.returns, *(each.annotation for each in [*node.args.args, *node.args.kwonlyargs])]
                names = [name.id for hint in hints if hint for name in ast.walk(hint) if isinstance(name, ast.Name)]
                assert "Any" not in names, f"{file}: {node.name}"


def contracts() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((HERE / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    return found


def subjects(room: str) -> list[str]:
    """A room's subjects in the order of its contract: each may know those after it."""
    [layers] = [each["layers"] for each in contracts() if each.get("containers") == [room]]
    return [layer for layer in layers if " : " not in layer and (HERE / room / layer).is_dir()]


def subject(module: str) -> str:
    """The subject that a module belongs to, "" if it stands beside them."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and (HERE / parts[0] / parts[1]).is_dir() else ""


def independent() -> set[str]:
    """The modules of handlers that may not know each other: one a subject."""
    [listed] = [set(each["modules"]) for each in contracts() if each["type"] == "independence"]
    return listed


def test_every_subject_of_the_handlers_stands_in_its_contract() -> None:
    """import-linter can't name "all but these": a subject that isn't listed could import another unseen."""
    tables = {name for file in modules("handlers") if hasattr(import_module(name := dotted(file)), "LISTENERS")}
    assert independent() == tables - {"handlers"}


def test_a_subject_is_called_the_same_on_every_floor() -> None:
    rules = subjects("audit")
    assert [each for each in rules if each in subjects("views")] == subjects("views")
    assert {name.removeprefix("handlers.") for name in independent()} <= set(rules)


GROUND = {"identifiers", "letterhead"}
"""The subjects that views without a subject know: what a document looks like is one of them."""


def test_a_view_reaches_no_rule_above_its_subject() -> None:
    """What both floors' contracts can't say: a view of returns that reads a board would need everything on it."""
    order = subjects("audit")
    above = set()
    for file in modules("views"):
        mine = subject(dotted(file))
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("audit."):
                theirs = subject(f"{node.module}")
                if theirs and (order.index(theirs) < order.index(mine) if mine else theirs not in GROUND):
                    above.add(f"{dotted(file)} -> {node.module}")
    assert above == set()


def names_of(tree: ast.Module) -> set[str]:
    """What names stand for something in a file, whatever that is."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.alias(name=name, asname=other):
                found.add(other or name)
    return found


def test_a_module_is_called_by_its_own_name() -> None:
    """By another only where its own is taken in that file; then its own is part of the other: `form_view`."""
    crooked = set()
    for file in modules(*ROOMS):
        text = file.read_text()
        renamed = re.findall(r"^ *from ([\w.]+) import (\w+) as (\w+)$", text, re.MULTILINE)
        ours = [each for each in renamed if (HERE / each[0].replace(".", "/") / f"{each[1]}.py").is_file()]
        taken = names_of(parsed(file)) if ours else set()
        for room, name, other in ours:
            twice = [each[1] for each in ours].count(name) > 1
            if name not in other or not (twice or name in taken):
                crooked.add(f"{dotted(file)}: {room}.{name} as {other}")
    assert crooked == set()


def test_a_class_name_stands_for_one_thing() -> None:
    named = Counter(
        name
        for file in modules(*PRODUCT)
        for name in re.findall(r"^class ([A-Z]\w*)", file.read_text(), re.MULTILINE)
        if "migrations" not in file.parts
    )
    assert [name for name, count in named.items() if count > 1] == []


def test_nothing_is_mocked() -> None:
    for file in modules("tests"):
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                imported = [str(getattr(node, "module", "")), *(alias.name for alias in node.names)]
                assert not [name for name in imported if "mock" in name.lower()], file


def test_what_the_procfile_starts_is_there() -> None:
    lines = dict(line.split(": ", 1) for line in (HERE / "Procfile").read_text().splitlines() if line)
    assert set(lines) == {"release", "web", "worker"}
    path = os.pathsep.join([str(BIN), os.environ["PATH"]])
    for command in lines.values():
        assert shutil.which(shlex.split(command)[0], path=path), command
    for name in ("release", "worker"):
        told = subprocess.run(
            [BIN / "roundtable", *shlex.split(lines[name])[1:], "--help"], check=True, capture_output=True
        )
        assert b"usage: roundtable" in told.stdout


def test_requirements_are_pinned_and_name_no_index() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (HERE / name).read_text()
        assert not re.search(r"--(extra-)?index-url|--find-links|--trusted-host|https?://", text)
        pinned = re.findall(r"^([A-Za-z0-9._-]+)(\[[^]]+\])?==", text, re.MULTILINE)
        assert len(pinned) > 20
        assert text.count("--hash=sha256:") >= len(pinned)


def test_rules_lock_rows_in_one_way() -> None:
    """storage.types.LOCK: with FOR UPDATE whoever writes what refers to a row would wait for it as they commit."""
    otherwise = re.compile(r"with_for_update(?!=LOCK|\([^)]*\*\*LOCK\))")
    assert [str(file) for file in modules("audit") if otherwise.search(file.read_text())] == []


IN_WORDS = "audit/calendar.py"
"""The one place where days and times are put into words."""


def test_days_and_times_are_put_into_words_in_one_place() -> None:
    """Elsewhere they are at most written for machines (isoformat), or stamped into a key."""
    found = []
    for file in modules(*PRODUCT):
        if str(file.relative_to(HERE)) in {
            IN_WORDS,
            "audit/sheet/stops.py",
        }:  # the latter: when a sheet stopped, as a key
            continue
        for node in ast.walk(parsed(file)):
            said = ast.unparse(node.format_spec) if isinstance(node, ast.FormattedValue) and node.format_spec else ""
            called = node.attr if isinstance(node, ast.Attribute) else ""
            if re.search("%[A-Za-z]", said) or called in {"strftime", "ctime", "month_name", "day_name", "month_abbr"}:
                found.append(f"{file.relative_to(HERE)}:{getattr(node, 'lineno', 0)}")
    assert found == []


HOSTED = "hosted"  # apart, so that this file isn't found itself
PLACES = re.compile(rf"/(?:work|root|simple)/|/home/[a-z]+/|/Users/|files\.python{HOSTED}\.org|artifactory|jfrog|nexus")


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = []
    for file in tracked():
        if file.suffix in {".png", ".svg", ".woff2", ".ico"} or file == Path(__file__):
            continue
        text = file.read_text(errors="replace")
        found += [f"{file.relative_to(HERE)}: {match.group()}" for match in PLACES.finditer(text)]
    assert found == []


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("10.0.0.1", 443)])
def test_no_test_reaches_outside(address: tuple[str, int]) -> None:
    with pytest.raises(UserWarning, match="A test tried to use socket"), socket.socket() as reaching:
        reaching.connect(address)


def test_every_fault_has_a_test_that_is_named_for_it() -> None:
    assert set(matrix.proofs()) == set(matrix.FAULTS)


def test_the_list_of_faults_in_the_docs_is_current() -> None:
    """`python -m tests.faults.matrix` prints it."""
    assert matrix.table() in (HERE / "docs" / "reliability.md").read_text()
