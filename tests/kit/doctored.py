"""A deployment for `roundtable doctor`, and its output."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from bot.settings import Settings
from tests.kit.play import Play
from tests.kit.served import within


@dataclass
class Doctor:
    """Runs the doctor on a deployment. `given`: the environment."""

    play: Play
    given: dict[str, str]
    home: Path
    told: list[str] = field(default_factory=list)
    """The lines about progress of the last run."""

    def __post_init__(self) -> None:
        """Set the permissions of files as an administrator does; in tests they are readable by all."""
        for file in (Path(self.given["GOOGLE_SERVICE_ACCOUNT"]), self.home / "roundtable.db"):
            if file.exists():
                file.chmod(0o600)

    def says(self, *said: str, **other: str) -> tuple[int, list[tuple[str, str, str]]]:
        """The exit status, and each finding: subject, how, sentence. `said`: more arguments; `other`: more settings."""
        given = {name: value for name, value in (self.given | other).items() if value}
        done = within("doctor", "--json", *said, given=given, cwd=self.home)
        self.told = done.stderr.splitlines()
        assert [each for each in self.told if not each.startswith(("Shown: ", "Lent sheet: "))] == []
        secrets = [given.get(name, "") for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")]
        assert not [each for each in [*secrets, "hunter2"] if each and each in done.stdout + done.stderr]
        told = json.loads(done.stdout)
        found = [(each["subject"], each["how"], each["sentence"]) for each in told["findings"]]
        assert told["problems"] == sum(how == "problem" for _, how, _ in found)
        return done.returncode, found

    def problems(self, **other: str) -> list[str]:
        """The problems found, each with its subject in front."""
        code, found = self.says(**other)
        wrong = [f"{subject}: {sentence}" for subject, how, sentence in found if how == "problem"]
        assert code == (1 if wrong else 0), found
        return wrong


def environment(settings: Settings) -> dict[str, str]:
    plain = settings.model_dump(exclude_none=True)
    secret = {"database_url", "encryption_keys", "slack_bot_token", "slack_app_token", "slack_signing_secret"}
    return {
        name.upper(): str(value.get_secret_value() if name in secret else value) for name, value in plain.items()
    }  # fmt: skip
