"""A person at the page, with a browser: actions, and waiting until something is shown."""

import re

from playwright.sync_api import Locator, Page, expect

from sandbox.desk import Desk


class Visitor:
    def __init__(self, page: Page, desk: Desk, address: str) -> None:
        self.page = page
        self.desk = desk
        self.address = address

    def arrive(self, who: str, talk: str = "") -> "Visitor":
        self.page.goto(f"{self.address}/?as={who}&in={talk}")
        expect(self.page.locator("#me select")).to_have_value(who)
        return self

    def be(self, who: str) -> None:
        self.page.locator("#me select").select_option(who)
        self.page.wait_for_url(re.compile(f"as={who}"))
        expect(self.talk.locator(f"header[data-of={who}]")).to_be_visible()

    def go(self, name: str) -> None:
        self.page.locator("#side a", has_text=name).click()
        expect(self.page.locator("#side a[aria-current]")).to_contain_text(name)

    @property
    def form(self) -> Locator:
        return self.page.locator("#modal form")

    @property
    def talk(self) -> Locator:
        return self.page.locator("#talk")

    @property
    def sheet(self) -> Locator:
        return self.page.locator("#sheet")

    def returns_of(self, case: str) -> Locator:
        return self.talk.locator(".section", has_text=case)

    def open_return(self, case: str) -> None:
        self.returns_of(case).get_by_role("button").click()
        expect(self.form).to_contain_text(case)

    def answer(self, grade: str, why: str) -> None:
        """Fill in the whole return of the published cycle, without sending it."""
        self.first_page()
        self.fill(grade, why)

    def first_page(self) -> None:
        """Fill in the required fields of the return's first page, and of the second up to the grade."""
        self.form.get_by_label("Our involvement").fill("(Invented) Known since the spring.")
        planning = self.form.locator(".input", has_text="Was planning for adulthood begun?")
        planning.get_by_label("Not applicable").check()
        self.send()
        expect(self.form.get_by_text("page 2 of 2")).to_be_in_viewport()
        self.form.get_by_label("Voice of the young person").fill("(Invented) They asked who would be there.")

    def fill(self, grade: str, why: str) -> None:
        self.form.get_by_label(grade, exact=True).check()
        self.form.get_by_label("Why?").fill(why)

    def send(self) -> None:
        self.form.locator("button[type=submit]").click()

    def sent(self) -> None:
        expect(self.page.get_by_role("heading", name="Return saved")).to_be_visible()
        self.page.keyboard.press("Escape")
        expect(self.form).to_have_count(0)

    def told(self, words: str) -> None:
        expect(self.page.locator("#toast")).to_contain_text(words)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def settled(self) -> None:
        expect(self.page.locator(".waits[data-state=settled]")).to_be_visible()

    def caught_up(self) -> None:
        """Wait until the page shows the desk's present version, and waits for the next change."""
        now = self.desk.version
        self.page.wait_for_function("now => version >= now", arg=now)

    def tab(self, name: str) -> None:
        self.sheet.locator(".tabs").get_by_text(name, exact=True).click()
        expect(self.sheet.locator(".tabs a[aria-current]")).to_have_text(name)

    def row(self, key: str) -> Locator:
        return self.sheet.locator("tbody tr", has_text=key)

    def everybody_answered(self, words: str) -> None:
        """Wait until the play named `words` is done."""
        far, said = self.page.locator(".far"), ""
        while f"{words}: all" not in said:
            expect(far).not_to_have_text(said)
            said = far.inner_text()
