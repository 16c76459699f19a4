"""`python -m sandbox.page.pictures`: plays the story in a sandbox of its own and takes the documentation's pictures."""

import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sandbox.desk import Desk, opened
from sandbox.page import moving
from sandbox.page.browser import ARGUMENTS, chromium
from sandbox.page.palette import smaller
from sandbox.page.web import application
from sandbox.serve import serving

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, ViewportSize

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "pictures"
WIDE: "ViewportSize" = {"width": 1200, "height": 760}
PHONE: "ViewportSize" = {"width": 390, "height": 780}
EAST, COORDINATOR, MEMBER = "U0EDUEAST", "U0COORDIN", "U0SUBGROUP"
TOOL: Final = "Transitions to adulthood"
CASE: Final = "T2-NORTH-02"
PATIENT: Final = 60_000


def main() -> int:
    """Take all pictures. Without a browser, print a sentence and return exit status 1."""
    path = chromium()
    try:
        from playwright.sync_api import sync_playwright  # a development dependency
    except ModuleNotFoundError:
        path = None
    if path is None:
        sys.stderr.write("Pictures need a Chromium on this machine and Playwright (`make dev`).\n")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp())
    try:
        with opened(home, _say) as desk, serving(application(desk)) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
            Camera(browser.new_page(viewport=WIDE, locale="en-GB"), desk, address).take_all()
            browser.close()
        (FOLDER / moving.NAME).write_bytes(moving.joined(FOLDER))
        _say(moving.NAME)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return 0


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")


class Camera:
    """A browser on the page that takes pictures along the story."""

    def __init__(self, page: "Page", desk: Desk, address: str) -> None:
        self.page = page
        self.desk = desk
        self.address = address

    def take_all(self) -> None:
        """Play the whole story, picture by picture."""
        self.desk.play.wait(PATIENT / 1000)
        self._a_return()
        self._phone()
        self._summaries()
        self._coordinating()
        self._meeting()
        self._afterwards()

    def _at(self, who: str, talk: str = "") -> None:
        self.page.goto(f"{self.address}/?as={who}&in={talk}")
        self.page.locator("#sheet[data-drawn] .grid").wait_for(state="attached")

    def _settled(self) -> None:
        self.page.locator(".waits[data-state=settled]").wait_for(timeout=PATIENT)
        self.page.locator("#toast").evaluate("one => one.classList.remove('shown')")

    def _take(self, name: str) -> None:
        taken = self.page.screenshot(animations="disabled", caret="hide")
        (FOLDER / f"{name}.png").write_bytes(smaller(taken))
        _say(f"{name}.png")

    def _a_return(self) -> None:
        self._at(EAST)
        self._settled()
        self._take("page")
        self.page.get_by_role("button", name="Open return: T2-EAST-01").click()
        form = self.page.locator("#modal form")
        form.get_by_label("Our involvement").fill("(Invented) Known to us throughout the period; regular contact.")
        self._take("return")
        form.locator("button[type=submit]").click()
        form.locator("[aria-invalid]").first.wait_for(state="attached")
        self._take("return-errors")
        planning = form.locator(".input", has_text="Was planning for adulthood begun?")
        planning.get_by_label("Yes", exact=True).check()
        form.get_by_label("At what age was it begun?").fill("16")
        form.locator("button[type=submit]").click()
        form.get_by_label("Voice of the young person").fill("(Invented) They felt listened to by their adviser.")
        form.get_by_label("Good", exact=True).check()
        form.get_by_label("Why?").fill("(Invented) The plan was followed and needs were met on time.")
        form.locator("button[type=submit]").click()
        self.page.get_by_role("heading", name="Return saved").wait_for()
        self._take("return-saved")
        self.page.keyboard.press("Escape")
        self._settled()
        self.page.locator("#side a", has_text="Home").click()
        self.page.locator("#talk .home").get_by_text("Send your agency's returns").wait_for()
        self._take("lead-home")

    def _desk(self, name: str) -> None:
        self.page.locator(f"[data-desk={name}]:enabled").click()
        self.page.locator(f"[data-desk={name}]:disabled").wait_for(state="detached", timeout=PATIENT)
        self.desk.play.wait(PATIENT / 1000)
        self._settled()

    def _summaries(self) -> None:
        for name in ("rest", "clock", "rest", "clock"):
            self._desk(name)
        self.page.locator("#side a", has_text="audit-east").click()
        self.page.get_by_role("button", name="Read the summary: T2-EAST-05").wait_for(timeout=PATIENT)
        self._settled()
        self._take("summaries")
        self.page.get_by_role("button", name="Read the summary: T2-EAST-05").click()
        self.page.locator("#modal form").wait_for()
        self._take("summary")
        self.page.keyboard.press("Escape")

    def _coordinating(self) -> None:
        self._at(COORDINATOR, "home")
        self.page.get_by_role("button", name="Read: T2-EAST-01").wait_for(timeout=PATIENT)
        self._take("home")
        for button, name in (
            ("Who hasn't answered", "progress"),
            ("Manage this audit", "manage"),
            ("Letterhead", "letterhead"),
        ):
            self.page.locator("#talk").get_by_role("button", name=button).click()
            self.page.locator("#modal form").wait_for()
            self._take(name)
            self.page.keyboard.press("Escape")
            self.page.locator("#modal form").wait_for(state="detached")
        self._answered()
        self._preview()

    def _answered(self) -> None:
        """What was answered, reached from Home by the audit's figures."""
        self._at(COORDINATOR, "home")
        self._open("All about this audit", self.page.locator("#talk"))
        self._open("Figures")
        self._open("What was answered")
        self._take("answered")
        self._close()

    def _preview(self) -> None:
        """An audit tool as a lead will see it, on a phone."""
        self.page.set_viewport_size(PHONE)
        self._at(COORDINATOR, "home")
        self._open("Audit tools", self.page.locator("#talk"))
        self._open(f"See it: {TOOL}")
        self._open("As a lead will see it")
        self._take("preview")
        self._close()
        self.page.set_viewport_size(WIDE)

    def _meeting(self) -> None:
        """The agenda, a case before its meeting, and the form by which it is ratified."""
        self._at(COORDINATOR, "home")
        self._open("Meetings", self.page.locator("#talk"))
        self._take("agenda")
        self._open(f"Discuss: {CASE}")
        self._take("discussion")
        self._open("Ratify")
        self.page.locator("#modal form").get_by_text("Who ratifies").scroll_into_view_if_needed()
        self._take("ratify")
        self._close()

    def _open(self, name: str, where: "Locator | None" = None) -> None:
        """Press the button whose name begins with `name`, in the modal or in `where`, and wait for another modal."""
        before = self.page.locator("#modal").inner_text()
        buttons = (where or self.page.locator("#modal form")).get_by_role(
            "button", name=re.compile(f"^{re.escape(name)}")
        )
        buttons.first.click()
        self.page.wait_for_function("before => document.querySelector('#modal').innerText !== before", arg=before)

    def _close(self) -> None:
        """Close the modal and those below it."""
        self.page.locator("#modal-cross").click()
        self.page.locator("#modal form").wait_for(state="detached")

    def _afterwards(self) -> None:
        """The tally, the sub-group's recommendations, and the report sent to it."""
        self._at(COORDINATOR, "home")
        self._desk("hold")
        self._desk("recommend")
        self._tally()
        self._at(MEMBER, "home")
        self.page.locator("#talk").get_by_text("Action 1").first.scroll_into_view_if_needed()
        self._take("actions")
        self._at(COORDINATOR, "home")
        self._open("Report", self.page.locator("#talk"))
        self._open("Make a new version")
        self.page.locator("#modal").get_by_role("button", name="Send to the sub-group").click()
        self.page.locator("#confirm").get_by_role("button", name="Send it").click()
        self.page.locator("#modal").get_by_text("It has been sent, or is on its way.").wait_for()
        self.page.keyboard.press("Escape")
        self._at(MEMBER)
        self.page.locator("#side a", has_text="quality-sub-group").click()
        self.page.locator("#talk .file a").scroll_into_view_if_needed(timeout=PATIENT)
        self._settled()
        self._take("report-sent")

    def _tally(self) -> None:
        self._at(MEMBER)
        self.page.locator("#side a", has_text="quality-sub-group").click()
        self.page.locator("#sheet .tabs").get_by_text("Tallies", exact=True).click()
        self.page.locator("#sheet svg.chart").first.wait_for()
        self.page.locator("#talk svg.chart").first.scroll_into_view_if_needed()
        self.page.locator("#sheet svg.chart").first.scroll_into_view_if_needed()
        self._take("tally")
        self.page.locator("#talk").get_by_text("What stands out").scroll_into_view_if_needed()
        self._take("stands-out")

    def _phone(self) -> None:
        self.page.set_viewport_size(PHONE)
        self._at(EAST)
        self._take("phone")
        self.page.get_by_role("button", name="Sheet", exact=True).click()
        self._take("phone-sheet")
        self.page.set_viewport_size(WIDE)
        self._at(EAST)


if __name__ == "__main__":
    sys.exit(main())
