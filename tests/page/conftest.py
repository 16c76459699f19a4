"""A desk with the product on it, its page, and a browser; nothing may be said in the browser's console."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from sandbox.desk import Desk, opened
from sandbox.page.browser import ARGUMENTS, chromium
from sandbox.page.web import application
from sandbox.scene import PUBLISHED, Scene
from sandbox.serve import serving
from tests.page.visitor import Visitor


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None and os.environ.get("CI"):
        pytest.fail("There is no Chromium here: the page's tests need one in CI.")
    if path is None:
        pytest.skip("there is no Chromium here")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield launched
        launched.close()


def _quietly(words: str) -> None:
    del words


@contextmanager
def begun(folder: Path, answered: int = 0, scene: Scene = PUBLISHED) -> Iterator[tuple[Desk, str]]:
    """A desk of its own, where so many agencies have answered, and its page's address."""
    shutil.rmtree(folder, ignore_errors=True)
    with opened(folder, _quietly, answered=answered, scene=scene) as desk, serving(application(desk)) as address:
        assert desk.play.wait(60)
        yield desk, address


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever takes the shared desk's cycle to its end comes last."""
    items.sort(key=lambda item: "to_the_end" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[tuple[Desk, str]]:
    """One desk for all tests: each has people and cases of its own, and leaves the others' alone."""
    del browser  # first, so that nothing is started where it would be skipped
    with begun(tmp_path_factory.mktemp("desk"), answered=1) as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.set_default_timeout(15_000)
    shown = context.new_page()
    said: list[str] = []
    shown.on("console", lambda message: said.append(message.text))
    shown.on("pageerror", lambda error: said.append(str(error)))
    yield shown
    context.close()
    assert said == []


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
    """Whoever takes the shared desk's cycle to its end, when all others have done with it."""
    return visitor
