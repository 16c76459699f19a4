"""Play the whole published cycle through the doors, then compare what database, sheet and channels say.

Every return and judgement is a signed request. Ends with one line of figures, read from the stand-ins and from
`roundtable tally --json`; exit status 1 if the surfaces disagree.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from sandbox.cyclefile import CycleFile, Part
from sandbox.product import Product
from sandbox.serve import serving
from sandbox.sheets import BOT, Drive, create_app
from sandbox.slack import Outcome, Person, Workspace, running
from sandbox.slack.shapes import Obj, obj, objs, text

CYCLES = Path(__file__).with_name("cycles")
LATE = "T2-EAST-02", "Police"
"""The return that comes after the summaries were posted."""
PATIENCE = 120.0
"""Seconds to wait for what others see."""
REDRAW_SECONDS = 15
"""How often the sheet is drawn at the most."""


class Disagree(Exception):
    """Something isn't as it was played, or two surfaces say different things."""


class Replay:
    """One cycle, played."""

    def __init__(self, workspace: Workspace, drive: Drive, product: Product, file: CycleFile) -> None:
        self.workspace, self.drive, self.product, self.file = workspace, drive, product, file
        self.spreadsheet = drive.create_spreadsheet(file.title, share_with=(BOT,))

    def play(self) -> None:
        """The cycle from its opening to its last judgement."""
        self._say("The cycle is set up, bound to its sheet and opened.")
        number = str(self.file.number)
        self.product.run("cycle", "load", str(self.file.path))
        url = f"https://docs.google.com/spreadsheets/d/{self.spreadsheet}/edit"
        self.product.run("sheet", "bind", number, url)
        self.product.run("cycle", "open", number)
        self._settle()
        self._burst()
        schedule = self.product.ask("schedule", number)
        first = min(datetime.fromisoformat(text(each["summaries_at"])) for each in objs(schedule["meetings"]))
        last = max(datetime.fromisoformat(text(each["summaries_at"])) for each in objs(schedule["meetings"]))
        self._say("The clock moves to three working days before the first meeting.")
        self._move(first + timedelta(minutes=1))
        self._settle()
        late = next(part for part in self.file.returns if (part.case, part.agency) == LATE)
        self._say(f"{late.agency} answers about {late.case}, late.")
        self._answer(late)
        self._move(last + timedelta(minutes=1))
        self._settle()
        self._say("The meetings: every case is judged.")
        for part in self.file.judgements:
            self._ratify(part)
        self._settle()

    def _burst(self) -> None:
        """150 submissions at once: every return but the late one, and one change of mind."""
        on_time = [part for part in self.file.returns if (part.case, part.agency) != LATE]
        before, began = self.drive.counts(), time.monotonic()
        by_lead = {user: [part for part in on_time if part.user == user] for user in self.file.leads}
        with ThreadPoolExecutor(len(by_lead)) as people:
            list(people.map(self._answer_all, by_lead.values()))
        changed = {**on_time[0].answers, "why": "(Invented) The same grade, for a better reason."}
        self._answer(replace(on_time[0], answers=changed))
        redraws = 1 + int((time.monotonic() - began) / REDRAW_SECONDS)
        self._settle()
        after = self.drive.counts()
        reads, writes = after["reads"] - before["reads"], after["writes"] - before["writes"]
        self._say(
            f"A burst of {len(on_time) + 1} returns cost {reads + writes} sheet calls ({reads} read, {writes} write)."
        )
        if reads + writes > 2 * redraws:
            raise Disagree(f"a burst may cost 2 sheet calls every {REDRAW_SECONDS} seconds at the most")

    def _answer_all(self, parts: Sequence[Part]) -> None:
        for part in parts:
            self._answer(part)

    def _answer(self, part: Part) -> None:
        self._through_home(self.workspace.person(part.user), "return.open", f"*{part.case}*", part)

    def _ratify(self, part: Part) -> None:
        self._through_home(self.workspace.person(self.file.coordinator), "case.judge", f'"Ratify {part.case}"', part)

    def _through_home(self, who: Person, action: str, about: str, part: Part) -> None:
        """Open Home, press the button about this case, fill the form in, send it, close the thanks."""
        _check(who.open_home())
        home = who.home()
        blocks = objs(home.content["blocks"]) if home else []
        block = next((each for each in blocks if action in json.dumps(each) and about in json.dumps(each)), None)
        if home is None or block is None:
            raise Disagree(f"{who.user.real_name} finds no button about {part.case} on Home")
        _check(who.act(home.id, action, text(block["block_id"])))
        form = who.modal()
        if form is None:
            raise Disagree(f"no form opened for {who.user.real_name}")
        who.fill(form.id, part.answers)
        _check(who.submit(form.id))
        answered = who.modal()
        if answered is None or answered.field_errors or answered.content.get("submit"):
            raise Disagree(f"{who.user.real_name} was refused: {answered and answered.field_errors}")
        who.close(answered.id)

    def _move(self, moment: datetime) -> None:
        self.product.run("clock", "--to", moment.isoformat())

    def _settle(self) -> None:
        """Wait until nothing waits; what was put into the ledger by the clock is seen on the second look."""
        looks = 0
        deadline, pause = time.monotonic() + PATIENCE, Event()
        while looks < 2:  # noqa: PLR2004
            status = self.product.ask("status")
            if time.monotonic() > deadline:
                raise Disagree(f"this still waits: {status}")
            looks = looks + 1 if status["settled"] else 0
            pause.wait(0.5)
        if status["trouble"]:
            raise Disagree(f"not everything could be delivered: {status['trouble']}")

    @staticmethod
    def _say(sentence: str) -> None:
        sys.stdout.write(f"{sentence}\n")
        sys.stdout.flush()


def _check(outcome: Outcome) -> None:
    if not outcome.ok or outcome.shown:
        raise Disagree(f"somebody read: {outcome.shown or outcome.body[:300]} ({outcome.status})")


# what the surfaces say


def ratified_in_database(tally: Obj) -> dict[str, int]:
    """Grade (spelled out) -> cases, as the command line says."""
    grades = {key.replace("_", " "): _number(value) for key, value in obj(tally["grades"]).items()}
    return grades | {"not graded": sum(_number(value) for value in obj(tally["not_graded"]).values())}


def ratified_in_sheet(rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """The same from the Tallies tab."""
    heads = [head.lower() for head in rows[0]]
    whole = next(row for row in rows if row[0] == "ratified:all")
    wanted = ("outstanding", "good", "requires improvement", "inadequate", "not graded")
    return {name: int(whole[heads.index(name)]) for name in wanted}


def ratified_in_channel(messages: Sequence[Obj]) -> dict[str, int]:
    """The same from the only tally in the sub-group's channel, where who has answered stands too."""
    tallies = [message for message in messages if text(message.get("text")).startswith("Tally of ")]
    if len(tallies) != 1 or len(messages) != len(tallies) + 1:
        raise Disagree(f"{len(messages)} messages in the sub-group's channel, {len(tallies)} of them tallies")
    lines = next(
        text(obj(block.get("text")).get("text")).splitlines()
        for block in objs(tallies[0]["blocks"])
        if text(obj(block.get("text")).get("text", "")).startswith("Outstanding: ")
    )
    found = {line.partition(":")[0].lower(): line.split("*")[1] for line in lines}
    return {name: int(number) for name, number in found.items() if name != "not ratified yet"}


def _number(value: object) -> int:
    assert isinstance(value, int)  # noqa: S101  # JSON that the product wrote
    return value


def compare(replay: Replay) -> tuple[Obj, dict[str, int]]:
    """The tally, once database, sheet and channels agree on it; Disagree says who doesn't."""
    tally = replay.product.ask("tally", str(replay.file.number))
    coordinator = replay.workspace.person(replay.file.coordinator)
    look = replay.drive.spreadsheet(replay.spreadsheet)
    said: dict[str, Callable[[], dict[str, int]]] = {
        "database": lambda: ratified_in_database(tally),
        "sheet": lambda: ratified_in_sheet(look.grid("Tallies")),
        "channel": lambda: ratified_in_channel(coordinator.messages("C0SUBGROUP")),
    }
    figures = {surface: read() for surface, read in said.items()}
    if not tally["adds_up"] or len({json.dumps(each, sort_keys=True) for each in figures.values()}) != 1:
        raise Disagree(f"the tallies differ: {figures}")
    summaries = [message for area in ("EAST", "NORTH", "CENTRAL") for message in coordinator.messages(f"C0AUDIT{area}")]
    if len(summaries) != tally["cases"]:
        raise Disagree(f"{len(summaries)} summaries for {tally['cases']} cases")
    rows = [row for row in look.grid("Returns")[1:] if any(row)]
    if len({row[0] for row in rows}) != len(rows) or len(rows) != len(replay.file.returns):
        raise Disagree(f"{len(rows)} rows in the sheet for {len(replay.file.returns)} returns")
    return tally, figures["database"]


def main() -> None:
    """Play it in a temporary folder."""
    began = time.monotonic()
    file = CycleFile.read(CYCLES / "transitions.json")
    workspace = Workspace.from_seed(json.loads((CYCLES / "transitions.workspace.json").read_text(encoding="utf-8")))
    drive = Drive()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="roundtable-replay-")))
        slack = stack.enter_context(running(workspace))
        google = stack.enter_context(serving(create_app(drive)))
        (home / "service-account.json").write_text(json.dumps(drive.service_account(google)))
        product = stack.enter_context(
            Product(home, slack_url=slack, google_url=google, REDRAW_SECONDS=str(REDRAW_SECONDS))
        )
        workspace.app.request_url = product.url
        replay = Replay(workspace, drive, product, file)
        try:
            replay.play()
            tally, figures = compare(replay)
        except Disagree as found:
            sys.exit(f"replay failed: {found}")
        own = obj(tally["self"])
        posted = sum(
            message.user == workspace.app.bot_user_id
            for messages in workspace.messages.values()
            for message in messages
        )
        grades = ", ".join(f"{name} {number}" for name, number in figures.items())
        sys.stdout.write(
            f"replayed: cases {tally['cases']}, {grades}, returns {_number(own['returns']) - _number(own['awaiting'])},"
            f" slack messages {posted}, sheet writes {drive.counts()['writes']},"
            f" seconds {time.monotonic() - began:.0f}\n"
        )


if __name__ == "__main__":
    main()
