"""The table at the end of `make faults`: for each fault and database what was tried, lost and doubled, and how long it
took until nothing was left to do. A pytest plugin, loaded with `-p tests.faults.told`."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

import pytest

from tests.faults.matrix import BOTH, FAULTS, numbers

TOLD = "faults"
"""The name of the test property that has a house's figures."""


@dataclass
class Row:
    """The figures of one fault on one database."""

    outcomes: Counter[str] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    doubled: int = 0
    settled: float = 0.0

    def add(self, told: dict[str, float]) -> None:
        """Add a house's figures."""
        self.lost += int(told.pop("lost"))
        self.doubled += int(told.pop("doubled"))
        self.settled = max(self.settled, told.pop("settled"))
        self.tried.update({what: int(number) for what, number in told.items()})

    def cells(self) -> list[str]:
        """Tests, what was tried, lost, doubled, seconds until it settled; "" where nothing was counted."""
        tests = ", ".join(f"{number} {outcome}" for outcome, number in sorted(self.outcomes.items()))
        tried = ", ".join(f"{number:,} {what}" for what, number in sorted(self.tried.items()) if number)
        if not tried:
            return [tests, *[""] * 4]
        return [tests, tried, str(self.lost), str(self.doubled), f"{self.settled:.1f}"]


ROWS: defaultdict[tuple[int, str], Row] = defaultdict(Row)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add a test's outcome to its faults' rows, and after its teardown the figures of its house."""
    _, _, name = report.nodeid.partition("::")
    on = next((each for each in BOTH if each in name.partition("[")[2]), "either")
    for number in numbers(name):
        row = ROWS[number, on]
        if report.when == "call" or report.outcome != "passed":
            row.outcomes[report.outcome] += 1
        if report.when == "teardown":
            for key, value in report.user_properties:
                if key == TOLD and isinstance(value, dict):
                    row.add(dict(value))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table in Markdown."""
    terminalreporter.section("faults")
    terminalreporter.line("| # | fault | database | tests | tried | lost | doubled | settled within, s |")
    terminalreporter.line("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for (number, on), row in sorted(ROWS.items()):
        cells = " | ".join([str(number), FAULTS[number][0], on, *row.cells()])
        terminalreporter.line(f"| {cells} |")
