"""An almost empty machine, on which an administrator types the lines of a guide."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sandbox import die_with_parent
from sandbox.sheets import Drive
from sandbox.slack import Workspace
from tests.kit.served import BIN, HERE


@dataclass
class Machine:
    """An almost empty machine. `given`: text in a guide -> what replaces it; `used`: those texts that occurred."""

    home: Path
    workspace: Workspace
    drive: Drive
    given: dict[str, str]
    environment: dict[str, str]
    spreadsheet: str = ""
    used: set[str] = field(default_factory=set)

    def ours(self, said: str) -> str:
        """A guide's text with our tokens and addresses."""
        for theirs, own in self.given.items():
            if theirs in said:
                self.used.add(theirs)
                said = said.replace(theirs, own)
        return said

    def type(self, *lines: str) -> None:
        """Type lines in the same shell as before."""
        self.environment = typed([self.ours(line) for line in lines], self.environment, self.home)

    @contextmanager
    def running(self, line: str) -> Iterator[None]:
        """Run a command that must not end until the block does."""
        with (self.home / "log").open("ab") as log:
            process = subprocess.Popen(
                die_with_parent.command(*shlex.split(line)),
                env=self.environment,
                cwd=self.environment["PWD"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        with process:
            try:
                yield
                assert process.poll() is None, (self.home / "log").read_text()
            finally:
                process.terminate()
                process.wait(40)


def cloned(home: Path, cloning: str, *setting_up: str) -> dict[str, str]:
    """The environment of a shell in which these lines were typed: the one that clones the repository, and the set-up.

    The clone has every file here that isn't ignored. The installer of libraries is this environment's, and works
    offline from its cache.
    """
    git = ("git", f"--git-dir={home / 'roundtable.git'}")
    by = ("-c", "user.name=tests", "-c", "user.email=tests@board.example")
    for command in (("init", "-q"), ("add", "-A"), (*by, "commit", "-qm", "As it is")):
        subprocess.run([*git, f"--work-tree={HERE}", *command], cwd=HERE, check=True)
    (home / "bin").mkdir()
    (home / "bin/sudo").write_text('#!/bin/sh\nexec "$@"\n')
    (home / "bin/sudo").chmod(0o755)
    path = f"{home / 'bin'}:/usr/local/bin:/usr/bin:/bin"
    environment = bare(PATH=path, PWD=str(home), USER=home.owner(), UV_OFFLINE="true")
    environment = typed([cloning.replace("<this repository>", str(home / "roundtable.git"))], environment, home)
    clone = Path(environment["PWD"])
    subprocess.run([BIN / "uv", "venv", "-q", "--python", BIN / "python", clone / ".venv"], check=True)
    shutil.copyfile(BIN / "uv", clone / ".venv/bin/uv")
    (clone / ".venv/bin/uv").chmod(0o755)
    return typed(setting_up, environment, home)


def typed(lines: Sequence[str], environment: Mapping[str, str], home: Path) -> dict[str, str]:
    """The environment, with the folder, of a shell in which these lines were typed; each must succeed."""
    kept = home / "environment"
    script = "\n".join([*(f"{line}\n[ $? = 0 ]" for line in lines), f"env -0 > {shlex.quote(str(kept))}"])
    command = ["bash", "-euo", "pipefail", "-c", script]
    done = subprocess.run(command, env=environment, cwd=environment["PWD"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (lines, done.stdout, done.stderr)
    pairs = (each.partition("=") for each in kept.read_text().split("\0") if each)
    return {name: value for name, _, value in pairs if name not in {"_", "SHLVL", "OLDPWD"}}


def bare(**given: str) -> dict[str, str]:
    """An environment with almost nothing of this process's."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "UV_CACHE_DIR") if name in os.environ}
    return kept | given
