"""`.env.example`, made from the settings and their descriptions in docs/settings.md: `python -m tests.kit.dotenv`."""

import re
import sys
import textwrap

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot.settings import Settings
from tests.kit.served import HERE

HEAD = """\
# Every setting (docs/settings.md says more about each). Copy this file to .env, fill in the lines that aren't commented
# out, and let nobody else read the copy: chmod 600 .env. Roundtable reads only its environment, so whatever starts it
# must read this file: systemd (EnvironmentFile=), podman (--env-file), honcho, the Slack CLI, or a shell:
# set -a; . ./.env; set +a
"""
NOT_HERE = ("clock_file", "die_at")
"""Settings for the sandbox and for tests, refused with the real Slack."""
FILLED_IN = ("slack_app_token", "first_coordinator", "google_service_account", "database_url")
"""Settings that a deployment makes in addition to the required ones."""


def said() -> str:
    """The whole file: settings to fill in, then the others with their defaults."""
    fields = {name: field for name, field in Settings.model_fields.items() if name not in NOT_HERE}
    first = [name for name, field in fields.items() if field.is_required()] + list(FILLED_IN)
    return HEAD + "".join(
        f"\n{_meaning(name)}\n{'' if name in first else '#'}{name.upper()}={_usual(fields[name])}\n"
        for name in [*first, *(each for each in fields if each not in first)]
    )


def _meaning(name: str) -> str:
    """The setting's description in docs/settings.md, as comments."""
    found = re.search(
        rf"^\| `{name.upper()}` \| .+? \| (.+) \|$", (HERE / "docs/settings.md").read_text(), re.MULTILINE
    )
    assert found, name
    plain = re.sub(r" \(\[[^]]+\]\([^)]*\)\)", "", found[1])  # a link in brackets is of no use here
    plain = re.sub(r"\[([^]]+)\]\([^)]*\)", r"\1", plain).replace("`", "").replace("*", "")
    return textwrap.fill(plain, 118, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)


def _usual(field: FieldInfo) -> str:
    """The setting's default, "" without one."""
    usual = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    return "" if field.is_required() or usual is None else str(usual)


if __name__ == "__main__":
    sys.stdout.write(said())
