"""Installed from a wheel all is there; and what a deployment starts the product with starts what there is."""

import json
import re
import shlex
import shutil
import subprocess
import tomllib
from configparser import ConfigParser
from fnmatch import fnmatch
from pathlib import Path
from zipfile import ZipFile

import pytest

from audit.library import shipped
from bot import server
from bot.commands import COMMANDS, PROCESSES
from bot.settings import Settings
from storage import schema
from tests.kit import dotenv
from tests.kit.guided import Guide
from tests.kit.rooms import PRODUCT
from tests.kit.served import BIN, HERE, environ

PROJECT = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]
DEPLOY = HERE / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))


def said(*command: object, given: dict[str, str] | None = None, cwd: Path) -> str:
    """What a command prints; a test fails with its words if that fails."""
    env = environ({"UV_OFFLINE": "true", "UV_LINK_MODE": "copy"} | (given or {}))
    ended = subprocess.run([*map(str, command)], cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def sources() -> list[str]:
    """All that the product is made of."""
    return said("git", "ls-files", *PRODUCT, cwd=HERE).splitlines()


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A wheel, built of what is in the repository and of nothing that lies beside it."""
    for name in ("pyproject.toml", "README.md", *sources()):
        (tmp_path / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / name, tmp_path / "source" / name)
    build = (BIN / "uv", "build", "--wheel", "--no-build-isolation", "--python", BIN / "python")
    said(*build, "--out-dir", tmp_path, cwd=tmp_path / "source")
    [built] = tmp_path.glob("*.whl")
    return built


def test_a_wheel_brings_all_that_the_product_needs(wheel: Path, tmp_path: Path) -> None:
    """In an environment of its own, which finds the libraries in this one and the checkout nowhere."""
    with ZipFile(wheel) as inside:
        assert {name for name in inside.namelist() if ".dist-info/" not in name} == set(sources())
    said(BIN / "uv", "venv", "--python", BIN / "python", "fresh", cwd=tmp_path)
    fresh = tmp_path / "fresh/bin"
    said(BIN / "uv", "pip", "install", "--no-deps", "--python", fresh / "python", wheel, cwd=tmp_path)
    [packages] = (tmp_path / "fresh/lib").glob("python*/site-packages")
    [libraries] = BIN.parent.glob("lib/python*/site-packages")
    (packages / "libraries.pth").write_text(f"{libraries}\n")
    assert said(fresh / "roundtable", "--version", cwd=tmp_path) == f"roundtable {PROJECT['version']}\n"
    found = said(fresh / "python", "-c", FOUND, cwd=tmp_path).split()
    assert found == [schema.newest(), str(len(shipped.tool("transitions").parts)), str(fresh.parent)]


FOUND = """
import sys
from audit.library import shipped
from storage import schema
[where] = {sys.prefix for each in (shipped, schema) if each.__file__.startswith(sys.prefix)}
print(schema.newest(), len(shipped.tool("transitions").parts), where)
"""
"""Says which schema the installed product leads to, and how many parts a shipped tool has."""


def test_the_example_of_an_environment_has_every_setting() -> None:
    """`python -m tests.kit.dotenv > .env.example`."""
    kept = (HERE / ".env.example").read_text()
    assert kept == dotenv.said()
    named = re.findall(r"^#?([A-Z_]+)=", kept, re.MULTILINE)
    assert sorted(each.lower() for each in named) == sorted({*Settings.model_fields} - {*dotenv.NOT_HERE})


def test_a_shell_reads_the_example(tmp_path: Path) -> None:
    shown = said("sh", "-c", f". {HERE / '.env.example'}; set", given={"HOME": "/"}, cwd=tmp_path)
    found = dict(re.findall(r"^([A-Z_]+)='(.*)'$", shown, re.MULTILINE))
    assert found["DATABASE_URL"] == Settings.model_fields["database_url"].default.get_secret_value()
    assert found["SLACK_BOT_TOKEN"] == ""


def test_what_is_said_as_an_example_of_a_setting_is_what_a_shell_reads(tmp_path: Path) -> None:
    """A space in one ends the setting there, and what comes after it is taken for a command: nothing is set."""
    page = (HERE / "docs/settings.md").read_text()
    examples = dict(re.findall(r"^\| `([A-Z_]+)` \|.*?such as `([^`]+)`", page, re.MULTILINE))
    assert {"FIRST_COORDINATOR", "LOCAL_IDS"} <= set(examples)
    (tmp_path / "env").write_text("".join(f"{name}={value}\n" for name, value in examples.items()))
    shown = said("sh", "-c", "set -a; . ./env; set +a; env -0", given={"HOME": "/"}, cwd=tmp_path).split("\0")
    assert examples.items() <= {name: value for name, _, value in (each.partition("=") for each in shown)}.items()


def test_the_slack_cli_finds_the_manifest_and_what_to_start() -> None:
    """It has a shell run them, in the repository, with both tokens set."""
    hooks = json.loads((HERE / ".slack/hooks.json").read_text())
    assert hooks["config"]["sdk-managed-connection-enabled"] is True, "or it would open a connection of its own"
    assert json.loads(said("sh", "-c", hooks["hooks"]["get-manifest"], cwd=HERE)) == json.loads(
        (HERE / "manifest.json").read_text()
    )
    steps = [shlex.split(each)[-2:] for each in hooks["hooks"]["start"].split("&&")]
    assert steps == [[".venv/bin/roundtable", "migrate"], [".venv/bin/roundtable", "web"]]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_a_process_and_leaves_it_time_to_end(unit: Path, tmp_path: Path) -> None:
    parsed = ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    parsed.read(unit)
    service = parsed["Service"]
    _, command = service["ExecStart"].split()
    assert command in PROCESSES
    assert unit.name == f"roundtable-{command}@.service"
    assert int(service["TimeoutStopSec"]) >= server.ENDING + 15 + 5
    assert int(service["LimitNOFILE"]) >= server.FILES
    if shutil.which("systemd-analyze"):
        there = tmp_path / unit.name
        there.write_text(unit.read_text().replace("/opt/roundtable/.venv/bin", str(BIN)))
        looked = subprocess.run(["systemd-analyze", "verify", there], capture_output=True, text=True, check=False)
        assert (looked.returncode, looked.stderr) == (0, "")


SYSTEMD = Guide("running.md").blocks("With systemd")


def test_the_guide_makes_what_the_units_name() -> None:
    """The user, the folders, the file of settings and the units' own place: typed in the guide, read by systemd."""
    typed = [shlex.split(each) for line in SYSTEMD[0] for each in line.split(" && ")]
    made = {words[1]: words[2:] for words in typed if words[0] == "sudo"}
    [folders, settings, files] = [words[2:] for words in typed if words[1] == "install"]
    for unit in UNITS:
        parsed = ConfigParser(strict=False, interpolation=None, delimiters=("=",))
        parsed.read(unit)
        named = dict(parsed["Service"])
        program = named["execstart"].split()[0]
        assert made["useradd"][-1] == named["user"] == named["group"]
        assert made["useradd"][made["useradd"].index("--home-dir") + 1] == named["workingdirectory"]
        assert program.startswith(f"{made['git'][-1]}/.venv/bin/")
        assert made["make"] == ["-C", made["git"][-1], "setup"]
        assert made[f"{made['git'][-1]}/.venv/bin/python"] == ["-m", "compileall", "-q", "-j", "0", made["git"][-1]]
        assert folders == ["-d", "-m", "700", "-o", named["user"], *folders[-2:]]
        assert folders[-2:] == [str(Path(named["environmentfile"]).parent), named["workingdirectory"]]
        assert settings == ["-m", "600", "-o", named["user"], ".env", named["environmentfile"]]
        assert fnmatch(f"{made['git'][-1]}/deploy/{unit.name}", files[2])
        assert Path(files[-1]) == Path("/etc/systemd/system")
    begun = re.findall(r"systemctl enable --now (\S+?)(@\d)`", Guide("running.md").section("With systemd"))
    assert {f"{name}@.service" for name, _ in begun} <= {each.name for each in UNITS}
    named_too = re.findall(r"`(roundtable-\w+@)\d`", Guide("running.md").section("With systemd"))
    assert {f"{each}.service" for each in named_too} | {f"{name}@.service" for name, _ in begun} == {
        each.name for each in UNITS
    }


def test_a_command_is_given_the_settings_of_the_units(tmp_path: Path) -> None:
    """The guide's script, with folders of the test's own, and without becoming somebody else."""
    script = "\n".join(SYSTEMD[1])
    for theirs, ours in (
        ("sudo -u roundtable ", ""),
        ("/etc/roundtable", str(tmp_path)),
        ("/var/lib/roundtable", str(tmp_path)),
        ("/opt/roundtable/.venv/bin", str(BIN)),
    ):
        assert theirs in script
        script = script.replace(theirs, ours)
    (tmp_path / "as-roundtable").write_text(script)
    settings = (HERE / ".env.example").read_text()
    settings = re.sub(
        r"^#?DATABASE_URL=.*$", f"DATABASE_URL=sqlite:///{tmp_path}/some.db", settings, flags=re.MULTILINE
    )
    (tmp_path / "env").write_text(settings)
    assert said("sh", tmp_path / "as-roundtable", "migrate", cwd=HERE) == "The database is up to date.\n"
    assert (tmp_path / "some.db").is_file()


def test_an_image_is_made_of_what_there_is_and_runs_as_nobody_in_particular() -> None:
    lines = (DEPLOY / "Containerfile").read_text().replace("\\\n", "").splitlines()
    steps = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    copied = [each for kind, what in steps if kind == "COPY" and "--from" not in what for each in what.split()[:-1]]
    assert {each for each in copied if not (HERE / each).exists()} == set()
    assert set(PRODUCT) <= set(copied)
    said_of = dict(steps)
    assert json.loads(said_of["CMD"])[0] in COMMANDS
    assert json.loads(said_of["ENTRYPOINT"]) == [*PROJECT["scripts"]]
    assert said_of["USER"].isdigit()
    assert int(said_of["USER"]) > 0
    for name in re.findall(r"([A-Z_]+)=", said_of["ENV"]):
        assert name.lower() in Settings.model_fields or name in {"PATH", "PYTHONUNBUFFERED"}


def test_the_guide_says_where_the_units_and_the_image_are() -> None:
    guide = (HERE / "docs/guides/running.md").read_text()
    assert {each.name for each in DEPLOY.iterdir() if f"deploy/{each.name}" not in guide} == set()
