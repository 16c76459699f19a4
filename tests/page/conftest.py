"""A desk with the product, its page, and a browser, whose console must stay empty."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, ViewportSize, expect, sync_playwright

from sandbox.cyclefile import of_agencies
from sandbox.desk import Desk, opened
from sandbox.page.browser import ARGUMENTS, chromium
from sandbox.page.web import application
from sandbox.product import Product
from sandbox.scene import PUBLISHED, Scene
from sandbox.serve import serving
from sandbox.slack.shapes import obj
from tests.kit import fork_server
from tests.page.visitor import Visitor

PATIENT = 60_000
"""Milliseconds to wait for anything, as the worker may be waited for too."""
WIDE: ViewportSize = {"width": 1280, "height": 800}


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None and os.environ.get("CI"):
        pytest.fail("There is no Chromium here: the page's tests need one in CI.")
    if path is None:
        pytest.skip("there is no Chromium here")
    expect.set_options(timeout=PATIENT)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield launched
        launched.close()


def _quietly(words: str) -> None:
    del words


FEW = ("Education", "Police", "Probation", "VCFS organisations", "YOT")
"""Agencies of the tests, some late and one that never answers; others would do the same and take longer."""


def few(folder: Path) -> Scene:
    """The published scene, reduced to FEW."""
    whole = obj(json.loads(PUBLISHED.cycle.read_text(encoding="utf-8")))
    path = folder.with_suffix(".json")
    path.write_text(json.dumps(of_agencies(whole, FEW)), encoding="utf-8")
    return replace(PUBLISHED, cycle=path)


class Forked(Product):
    """A product whose short commands are forked with their code loaded; it starts like any other."""

    def ran(self, command: Sequence[str], environment: Mapping[str, str]) -> "CompletedProcess[str]":
        return fork_server.shared(*fork_server.PRODUCT).run(*command, environment=environment, cwd=self.home)


@contextmanager
def begun(folder: Path, answered: int = 0, scene: Scene | None = None) -> Iterator[tuple[Desk, str]]:
    """A new desk on which `answered` agencies have answered; yields it and its page's address."""
    shutil.rmtree(folder, ignore_errors=True)
    scene = scene or few(folder)
    with (
        opened(folder, _quietly, answered=answered, scene=scene, kind=Forked) as desk,
        serving(application(desk)) as address,
    ):
        assert desk.play.wait(60)
        yield desk, address


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests last that take the shared desk's cycle to its end."""
    items.sort(key=lambda item: "to_the_end" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="package")
def shared(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[tuple[Desk, str]]:
    """One desk for all tests: each has people and cases of its own and leaves the others' alone."""
    del browser  # requested first, so that nothing starts if the tests are skipped
    if "PYTEST_XDIST_WORKER" in os.environ:  # fails in a second process: there must be only one desk
        (tmp_path_factory.getbasetemp().parent / "desk").mkdir()
    with begun(tmp_path_factory.mktemp("desk"), answered=1) as found:
        yield found


@contextmanager
def _window(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=WIDE, locale="en-GB")
    context.set_default_timeout(PATIENT)
    yield context.new_page()
    context.close()


@contextmanager
def _listened_to(page: Page) -> Iterator[Page]:
    """Fail if the browser's console gets a message; afterwards restore the page's state."""
    said: list[str] = []

    def note(spoken: ConsoleMessage | Error) -> None:
        said.append(spoken.text if isinstance(spoken, ConsoleMessage) else str(spoken))

    page.on("console", note)
    page.on("pageerror", note)
    yield page
    page.mouse.up()
    page.unroute_all()
    page.goto("about:blank")
    page.set_viewport_size(WIDE)
    page.remove_listener("console", note)
    page.remove_listener("pageerror", note)
    assert said == []


@pytest.fixture(scope="package")
def window(browser: Browser) -> Iterator[Page]:
    """One window for all tests: Chromium takes a second for a new one, mostly for what is around the page."""
    with _window(browser) as page:
        yield page


@pytest.fixture
def page(window: Page) -> Iterator[Page]:
    with _listened_to(window):
        yield window


@pytest.fixture
def window_apart(browser: Browser) -> Iterator[Page]:
    """A window for this test alone, whose clock the test may stop."""
    with _window(browser) as page, _listened_to(page):
        yield page


@pytest.fixture
def visitor(page: Page, shared: tuple[Desk, str]) -> Visitor:
    desk, address = shared
    for user in desk.file.leads:
        person = desk.workspace.person(user)
        left_open = person.modal()
        if left_open is not None:
            person.close(left_open.id, whole_stack=True)
    return Visitor(page, desk, address)


@pytest.fixture
def to_the_end(visitor: Visitor) -> Visitor:
    """A visitor who takes the shared desk's cycle to its end, after all other tests."""
    return visitor
