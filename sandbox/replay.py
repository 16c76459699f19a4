"""Play the published cycle, and one that is graded by section, through the doors; compare all that tells of them.

Every return, judgement, finding and recommendation is a signed request. Ends with one line of figures; exit status 1 if
two places say different things.
"""

import argparse
import json
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final

from sandbox import atomic, documents, hands, meeting, signing, standards
from sandbox.cyclefile import CycleFile, Part, of_agencies
from sandbox.product import DidNotStart, Product
from sandbox.scene import CYCLES
from sandbox.serve import serving
from sandbox.sheets import BOT, Drive, Look, create_app
from sandbox.slack import Workspace, running
from sandbox.slack.shapes import Obj, obj, objs, text
from sandbox.surfaces import AREAS, SUB_GROUP, Disagree, Numbers, Surfaces, actions, compare, number
from sandbox.waits import Waits

LATE: Final = ("T2-EAST-02", "Police")
"""The return that is sent after the summaries were posted."""
ABSENT: Final = "VCFS organisations"
"""The agency that comes to no meeting, so that it is silent about every case."""
MODERATED: Final = ("T2-EAST-04", "Education")
DISSENT: Final = ("T2-NORTH-04", {"Police": "(Invented) The plan was late, but nothing came of that."})
PUBLISHED: Final = "transitions.json"
SHORT: Final = ("Education", "Police", "VCFS organisations")
"""The agencies of a short replay: those with a special part."""
SWEEP_SECONDS: Final = "1.0"
"""As in production: a burst is taken up in a few sweeps."""
REDRAW_SECONDS: Final = 15.0
"""The least number of seconds between two redraws of the sheet, by default."""


class Replay:
    """Plays one cycle."""

    def __init__(
        self, workspace: Workspace, drive: Drive, waits: Waits, file: CycleFile, redraw_seconds: float
    ) -> None:
        self.workspace, self.drive, self.waits, self.product, self.file = workspace, drive, waits, waits.product, file
        self.redraw_seconds = redraw_seconds
        self.spreadsheet = drive.create_spreadsheet(file.title, share_with=(BOT,))
        self.coordinator, self.member = workspace.person(file.coordinator), workspace.person(file.member)

    def play(self) -> None:
        """Play the cycle from its opening to the actions that follow from it."""
        self._open()
        self._burst()
        self._summaries()
        self._meet()
        self._report()
        self.waits.settled()

    def _open(self) -> None:
        self._say("The cycle is set up, bound to its sheet and opened.")
        number = str(self.file.number)
        self.product.run("cycle", "load", str(self.file.path))
        url = f"https://docs.google.com/spreadsheets/d/{self.spreadsheet}/edit"
        self.product.run("sheet", "bind", number, url)
        self.product.run("cycle", "open", number)
        self.waits.settled(self._asked)

    def _asked(self) -> bool:
        """Whether every lead has got a request."""
        leads = [self.workspace.person(user) for user in self.file.leads]
        return all(lead.messages(lead.dm) for lead in leads)

    def _burst(self) -> None:
        """Send every return but the late one at once, then a changed one: 150 submissions, unless the replay is short.

        Raises Disagree if they cost too many calls to Google.
        """
        on_time = [part for part in self.file.returns if (part.case, part.agency) != LATE]
        before, began = self.drive.counts(), time.monotonic()
        by_lead = {user: [part for part in on_time if part.user == user] for user in self.file.leads}
        with ThreadPoolExecutor(len(by_lead)) as people:
            list(people.map(self._answer_all, by_lead.values()))
        changed = {**on_time[0].answers, "why": "(Invented) The same grade, for a better reason."}
        self._answer(replace(on_time[0], answers=changed))
        redraws = 1 + int((time.monotonic() - began) / self.redraw_seconds)
        self.waits.settled()
        after = self.drive.counts()
        reads, writes = after["reads"] - before["reads"], after["writes"] - before["writes"]
        self._say(
            f"A burst of {len(on_time) + 1} returns cost {reads + writes} sheet calls ({reads} read, {writes} write)."
        )
        if reads + writes > 2 * redraws:
            raise Disagree(f"a burst may cost 2 sheet calls every {self.redraw_seconds:g} seconds at the most")

    def _answer_all(self, parts: Sequence[Part]) -> None:
        for part in parts:
            self._answer(part)

    def _answer(self, part: Part) -> None:
        who = self.workspace.person(part.user)
        if who.home() is None:
            hands.begin(who)  # once: the app updates Home itself after each return
        hands.press(who, "return.open", f"*{part.case}*")
        hands.send(who, part.answers)

    def _summaries(self) -> None:
        due = [datetime.fromisoformat(text(each["summaries_at"])) for each in self._meetings]
        self._say("The clock moves to three working days before the first meeting.")
        self._move(min(due) + timedelta(minutes=1))
        self.waits.until(lambda: len(self._posted()) >= len(self.file.judgements) // len(AREAS))
        late = next(part for part in self.file.returns if (part.case, part.agency) == LATE)
        self._say(f"{late.agency} answers about {late.case}, late.")
        self._answer(late)
        self._move(max(due) + timedelta(minutes=1))
        self.waits.until(lambda: len(self._posted()) == len(self.file.judgements) + len(AREAS))

    def _posted(self) -> list[Obj]:
        """The summaries and agendas in the areas' channels."""
        return [message for channel in AREAS for message in self.coordinator.messages(channel)]

    def _meet(self) -> None:
        """Record who came, moderate one self-grade, discuss and judge every case; then ratify the cycle."""
        who = self.coordinator
        self._move(self._met())
        self._say("The meetings: who came is recorded, every case is discussed, its findings are added, it is judged.")
        for each in meeting.unattended(who):
            meeting.attend(who, each, {ABSENT})
        moderated = {"grade": "requires_improvement", "why": "(Invented) The meeting saw steps that came late."}
        meeting.moderate(who, *MODERATED, moderated)
        for part in self.file.judgements:
            findings = [each for each in self.file.findings if each.case == part.case]
            meeting.judge(who, part, self._met().date(), findings, DISSENT[1] if part.case == DISSENT[0] else None)
        meeting.take_step(who)

    def _report(self) -> None:
        """Recommend as the sub-group; write, sign, send and publish the report; then take the cycle to "reported"."""
        self._say("The sub-group recommends; the report is written, signed by all, issued, sent and published.")
        for each in self.file.recommendations:
            meeting.recommend(self.member, each, self._met().date())
        who = self.coordinator
        signing.written(who)
        signing.asked(who)
        for user in self.file.signatories:
            signing.signed(self.workspace.person(user))
        signing.issued(who)
        signing.published(who)
        self.waits.until(lambda: signing.released(who))
        meeting.take_step(who)

    def _met(self) -> datetime:
        """The start of the last meeting, London time."""
        return max(datetime.fromisoformat(text(each["starts_at"])) for each in self._meetings)

    @cached_property
    def _meetings(self) -> list[Obj]:
        """The meetings from `roundtable schedule`, read once, since nobody moves them."""
        return objs(self.product.ask("schedule", str(self.file.number))["meetings"])

    def _move(self, moment: datetime) -> None:
        self.product.run("clock", "--to", moment.isoformat())

    @staticmethod
    def _say(sentence: str) -> None:
        sys.stdout.write(f"{sentence}\n")
        sys.stdout.flush()


class BySection(Replay):
    """Plays the second cycle after the first: every section is graded and ratified, and there is no overall grade."""

    def play(self) -> None:
        """Play the cycle from its opening to its report."""
        self._say("A second cycle, graded by section: it is set up, answered, met about and reported.")
        self._open()
        for part in self.file.returns:
            hands.begin(self.workspace.person(part.user))  # Home may still show the first cycle
            self._answer(part)
        due = max(datetime.fromisoformat(text(each["summaries_at"])) for each in self._meetings)
        self._move(due + timedelta(minutes=1))
        self.waits.until(lambda: self._tally() is not None)
        self._move(self._met())
        for each in meeting.unattended(self.coordinator):
            meeting.attend(self.coordinator, each)
        for part in self.file.judgements:
            meeting.judge(self.coordinator, part, self._met().date())
        self.waits.settled(lambda: "Final: " in text((self._tally() or {}).get("text")))

    def _tally(self) -> Obj | None:
        """The tally's message in the sub-group's channel, or None if it isn't posted."""
        messages = (each for each in self.coordinator.messages(SUB_GROUP) if self.file.title in text(each.get("text")))
        return next((each for each in messages if text(each["text"]).startswith("Tally of ")), None)

    def compare(self, look: Look, folder: Path) -> None:
        """Raise Disagree unless every surface shows the same grades of each section."""
        tally = self.product.ask("tally", str(self.file.number))
        self.product.run("report", str(self.file.number), "--out", str(folder))
        word, plain = (next(folder.glob(f"*report*.{suffix}")) for suffix in ("docx", "md"))
        said = {
            "tally --json": standards.of_command_line(tally),
            "the channel's tally": standards.of_channel(objs((self._tally() or {}).get("blocks"))),
            "the summaries in the channel": standards.of_summaries(self._posted()),
            "the sheet's By section": standards.of_sheet(look.grid("By section")),
            "report.docx": standards.of_document(documents.of_word(word.read_bytes())[0]),
            "report.md": standards.of_document(documents.of_markdown(plain.read_text(encoding="utf-8"))[0]),
        }
        differing = {name: each for name, each in said.items() if each != standards.played()}
        if differing or not tally["adds_up"]:
            raise Disagree(f"{standards.played()} was ratified by section, but: {differing}")


def main() -> None:
    """Play both cycles in a temporary folder, and compare what the surfaces show of them."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.replay", description=__doc__)
    parser.add_argument("--redraw-seconds", type=float, default=REDRAW_SECONDS, help="how often the sheet may be drawn")
    parser.add_argument("--short", action="store_true", help="play three agencies of the ten")
    parser.add_argument("--socket", action="store_true", help="in Socket Mode")
    wanted = parser.parse_args()
    began = time.monotonic()
    for each in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, lambda number, _: sys.exit(128 + number))  # so that the folder is removed, too
    workspace = Workspace.from_seed(json.loads((CYCLES / "transitions.workspace.json").read_text(encoding="utf-8")))
    drive = Drive()
    token = workspace.in_socket_mode() if wanted.socket else ""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="roundtable-replay-")))
        slack = stack.enter_context(running(workspace))
        google = stack.enter_context(serving(create_app(drive)))
        file = _file(home, short=wanted.short)
        key = home / "service-account.json"
        atomic.write(key, json.dumps(drive.service_account(google)), 0o600)
        product = stack.enter_context(
            Product(
                home,
                slack_url=slack,
                google_url=google,
                REDRAW_SECONDS=str(wanted.redraw_seconds),
                SWEEP_SECONDS=SWEEP_SECONDS,
                SLACK_APP_TOKEN=token,
            )
        )
        workspace.app.request_url = product.url
        waits = Waits(product)
        stack.callback(waits.end)
        replay = Replay(workspace, drive, waits, file, wanted.redraw_seconds)
        try:
            replay.play()
            look = drive.spreadsheet(replay.spreadsheet)
            tally, numbers = compare(Surfaces(workspace, look, product, file, home))
            _play_second(replay, home)
        except (Disagree, hands.Refused, DidNotStart) as failure:
            sys.exit(f"replay failed: {failure}")
        sys.stdout.write(f"{_figures(replay, tally, numbers)}, seconds {time.monotonic() - began:.0f}\n")


def _figures(replay: Replay, tally: Obj, numbers: Numbers) -> str:
    """What was played, in one line: what the tally and the documents show, and the calls that it took."""
    own, file = obj(tally["self"]), replay.file
    returned = number(own["returns"]) - number(own["awaiting"]) - number(own["missed"])
    bot = replay.workspace.app.bot_user_id
    posted = sum(message.user == bot for messages in replay.workspace.messages.values() for message in messages)
    return ", ".join([
        f"replayed: cases {tally['cases']}",
        *(f"{name} {count}" for name, count in numbers.grades.items()),
        f"returns {returned}",
        f"themes {len(numbers.themes)}, SGO payments {numbers.themes['SGO payments']}",
        f"findings {len(file.findings)}, recommendations {len(file.recommendations)}, actions {actions(file)}",
        f"sections {len(standards.STANDARDS)}, slack messages {posted}, sheet writes {replay.drive.counts()['writes']}",
    ])  # fmt: skip


def _file(home: Path, *, short: bool) -> CycleFile:
    """The published cycle, or a short one of a few agencies."""
    if not short:
        return CycleFile.read(CYCLES / PUBLISHED)
    whole = obj(json.loads((CYCLES / PUBLISHED).read_text(encoding="utf-8")))
    path = home / PUBLISHED
    atomic.write(path, json.dumps(of_agencies(whole, SHORT)))
    return CycleFile.read(path)


def _play_second(first: Replay, home: Path) -> None:
    """Play the second cycle in the same product, and compare what the surfaces show of it."""
    path = home / "standards.json"
    atomic.write(path, json.dumps(standards.made(obj(json.loads(first.file.path.read_text(encoding="utf-8"))))))
    second = BySection(first.workspace, first.drive, first.waits, CycleFile.read(path), first.redraw_seconds)
    second.play()
    second.compare(first.drive.spreadsheet(second.spreadsheet), home / "by-section")


if __name__ == "__main__":
    main()
