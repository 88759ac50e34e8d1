"""A real INSEK with the city loaded, served by the real server, and a browser in front of it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from insek.config.supervisor import first_free_port
from tests.ready_database import loaded_city

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The shell does what a journey needs with a third less work than the whole browser."""
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), "")
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-quic",
    "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
PORTS_OF_A_WORKER = 50
"""Workers look for free ports in ranges of their own, and runs beside each other begin at different ones, so that two never take the same."""
PATIENCE = 45_000
"""Milliseconds a busy machine may take for a step; a journey is no stopwatch."""
expect.set_options(timeout=PATIENCE)
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


LONGEST = (
    "test_accessibility", "test_second_city", "test_accessible_machines", "test_space", "test_rounds", "test_print", "test_life",
    "test_participation", "test_lists", "test_steering", "test_from_plan_to_goal",
)  # fmt: skip
"""Modules that take longest, the longest first: whoever walks one of them last lets the other workers wait."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is a journey; without a browser none can be walked. Long modules are begun first."""
    ranks = {f"{name}.py": rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path.name, len(ranks)))
    for item in items:
        if Path(str(item.fspath)).parent.name == "journeys":
            item.add_marker(pytest.mark.journey)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="no chromium on this machine"))


def _environment(folder: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("INSEK_", "PYTEST_", "DJANGO_"))
    }
    return {**kept, "INSEK_ENV": "demo", "INSEK_DATA_DIR": str(folder), "INSEK_LOG_FORMAT": "plain"}


@pytest.fixture(scope="module")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city of its own for each module."""
    folder = tmp_path_factory.mktemp("site") / "data"
    shutil.copytree(loaded_city(), folder)
    return folder


@pytest.fixture(scope="module")
def worker(site_folder: Path) -> Iterator[None]:
    """The process that does what takes longer; only the module that needs it has one."""
    command = [
        sys.executable,
        "-m",
        "insek",
        "manage",
        "db_worker",
        "--queue-name",
        "*",
        "--interval",
        "1",
        "--no-reload",
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=_environment(site_folder), stdin=subprocess.DEVNULL)
    yield
    process.terminate()
    process.wait(30)


@pytest.fixture(scope="module")
def set_for_the_site() -> dict[str, str]:
    """Settings that the city of a module has beside those of the demo."""
    return {}


@pytest.fixture(scope="module")
def site(site_folder: Path, set_for_the_site: dict[str, str]) -> Iterator[str]:
    """The address of a server with that city."""
    folder = site_folder
    port = first_free_port("127.0.0.1", 8700 + PORTS_OF_A_WORKER * WORKER + os.getpid() % 40)
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--no-access-log", "--log-level", "warning", "insek.config.wsgi:application",
    ]  # fmt: skip
    environment = {
        **_environment(folder), **set_for_the_site, "DJANGO_SETTINGS_MODULE": "insek.config.settings",
    }  # fmt: skip
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _attempt in range(600):
            try:
                with urllib.request.urlopen(f"{address}/healthz", timeout=2):
                    break
            except (URLError, OSError):
                time.sleep(0.1)
        else:
            raise RuntimeError("the server did not come up")
        yield address
    finally:
        server.terminate()
        server.wait(15)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


class Watch:
    """What must not happen on any page: errors in the console, requests to others."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.problems: list[str] = []
        self.site = site
        context.on("request", self._request)
        context.on("page", self.page)

    def page(self, page: Page) -> None:
        """Listen to a page."""
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._console(page, message))

    def _console(self, page: Page, message: object) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:  # type: ignore[attr-defined]
            self.problems.append(f"{page.url}: {message.text}")  # type: ignore[attr-defined]

    def _request(self, request: object) -> None:
        url = request.url  # type: ignore[attr-defined]
        if not url.startswith((self.site, "data:", "blob:")):
            self.problems.append(f"asks a third party: {url}")


@pytest.fixture
def new_page(browser: Browser, site: str) -> Iterator[object]:
    """Make pages: ``new_page(viewport=PHONE, dark=True)``; afterwards nothing must have gone wrong on them."""
    contexts: list[BrowserContext] = []
    watches: list[Watch] = []

    def make(
        *, viewport: dict[str, int] = DESKTOP, dark: bool = False, javascript: bool = True, login: str = ""
    ) -> Page:
        context = browser.new_context(
            base_url=site,
            viewport=viewport,
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale="de-DE",
            reduced_motion="reduce",
        )
        contexts.append(context)
        watches.append(Watch(context, site))
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        if login:
            sign_in(page, login)
        return page

    yield make
    for context in contexts:
        context.close()
    assert [problem for watch in watches for problem in watch.problems] == []


def sign_in(page: Page, name: str) -> None:
    """Sign in with a demo login."""
    page.goto("/anmelden/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", "kaiserslautern")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/mein-bereich/")


def confirm(page: Page) -> None:
    """Publish what was just saved, where it waits on the page of its release; then the item's page is open."""
    page.wait_for_url(re.compile(r"/(freigaben/\d+/|k/[a-z0-9]+)$"))
    if "/freigaben/" in page.url:
        page.get_by_role("button", name="Veröffentlichen", exact=True).click()
        page.wait_for_url("**/k/*")


def move_map(page: Page, figure: str) -> None:
    """Have the map that moves come in the place of its picture, by keyboard, and wait until it is drawn."""
    page.wait_for_selector(f"{figure}[data-ready=picture]")
    page.locator(f"{figure} [data-move-map]").press("Enter")
    page.wait_for_selector(f"{figure}[data-ready=drawn]")


def axe_violations(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 A and AA, as readable lines."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate(
        "() => axe.run(document, {resultTypes: ['violations'], runOnly: {type: 'tag', "
        "values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa']}})"
    )
    return [
        f"{page.url} {violation['id']}: {node['html'][:160]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def overflows(page: Page) -> bool:
    """Whether the page can be scrolled sideways."""
    return bool(page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth + 1"))
