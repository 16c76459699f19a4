"""The rooms of the house and their files, and whether something named in a text exists."""

import subprocess
from contextlib import suppress
from pathlib import Path
from pkgutil import resolve_name

from tests.kit.served import HERE

PRODUCT = ("audit", "bot", "handlers", "jobs", "sheets", "storage", "views")
ROOMS = (*PRODUCT, "bench", "sandbox", "tests")


def tracked() -> list[Path]:
    """Every file that is in the repository, or would be added to it."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=HERE, check=True, capture_output=True, text=True).stdout.splitlines()
    return [HERE / name for name in names if (HERE / name).is_file()]


def modules(*rooms: str) -> list[Path]:
    return [file for file in tracked() if file.suffix == ".py" and file.relative_to(HERE).parts[0] in rooms]


def dotted(file: Path) -> str:
    """A module's name as in an import."""
    return ".".join(file.relative_to(HERE).with_suffix("").parts).removesuffix(".__init__")


def stands(name: str) -> bool:
    """Whether a file, a module, or something in a module has this name."""
    with suppress(AttributeError, ImportError):
        return (HERE / name).exists() or resolve_name(name.removesuffix(".py").replace("/", ".")) is not None
    return False
