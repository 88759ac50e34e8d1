"""Take the pictures of the README and of the tour anew, into docs/images:

    .venv/bin/python tools/screenshots.py [name …]     for example: startseite, or rundgang for the twelve of the tour

Starts INSEK with the city in a temporary folder and looks at it with the Chromium of this machine. The same program and
the same city give the same pictures, but for what the pages say of today (docs/developers/testing.md).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from insek.config.supervisor import first_free_port, wait_until_up  # noqa: E402  (nothing is imported before the path is set)
from tests.journeys.city import table, titles  # noqa: E402  (nothing is imported before the path is set)
from tests.journeys.conftest import ARGUMENTS, CHROMIUM, DESKTOP, PHONE, sign_in  # noqa: E402  (nothing is imported before the path is set)
from tests.journeys.life import STEPS, Walk  # noqa: E402  (nothing is imported before the path is set)

TARGET = ROOT / "docs" / "images"
LARGEST = 250_000  # bytes
HOST = "127.0.0.1"
TOUR = "rundgang"


def item(name: str, title: str) -> str:
    """The id of an item of the city, by its title."""
    [found] = [row["id"] for row in table(name) if titles().get(row["id"]) == title]
    return found


# one thread: an indicator and the goal that follows from it; and another goal, which a measure shall serve
INDICATOR = item("indicators", "Kinder von 6 bis unter 10 Jahren")
GOAL = item("goals", "Grundschulplätze dort, wo die Kinder leben")
OTHER_GOAL = item("goals", "Weniger Autoverkehr in der Mitte und auf Pendelwegen")
MEASURE = item("measures", "Grünes Band Lautertal")


@dataclass(frozen=True)
class Picture:
    """One picture: where, how large, and what is done before it is taken; ``height`` lets it be taller than a screen."""

    name: str
    address: str
    viewport: dict[str, int] = field(default_factory=lambda: DESKTOP)
    dark: bool = False
    login: str = ""
    height: int = 0
    prepare: Callable[[Page], None] = lambda page: None


def drawn(page: Page) -> None:
    """Wait until all charts of the page stand, and all maps: as a picture, which comes first, or drawn."""
    for kind in ("chart", "map"):
        for element in page.locator(f"[data-{kind}]").all():
            element.scroll_into_view_if_needed()
        page.wait_for_function(
            f"() => [...document.querySelectorAll('[data-{kind}]')].every(e => ['drawn', 'picture'].includes(e.dataset.ready))"
        )


def from_top(selector: str, above: int = 24) -> Callable[[Page], None]:
    """Put an element at the top of the picture, once everything is drawn."""

    def prepare(page: Page) -> None:
        drawn(page)
        page.locator(selector).first.evaluate(
            "(element, above) => window.scrollTo(0, element.getBoundingClientRect().top + window.scrollY - above)",
            above,
        )

    return prepare


def half_linked(page: Page) -> None:
    """Choose a measure among those found and say why."""
    page.locator(f"main input[name=other][value={MEASURE}]").check()
    page.fill("main textarea[name=reason]", "Der Weg im Tal führt eben und ohne Autos in die Mitte.")
    from_top("main h1", above=40)(page)


PICTURES = [
    Picture("startseite", "/", height=1560, prepare=from_top("header")),
    Picture("ziel", f"/k/{GOAL}", prepare=from_top(".why", above=28)),
    Picture("ziel-handy", f"/k/{GOAL}", viewport=PHONE, dark=True, prepare=from_top(".why", above=16)),
    Picture("indikator", f"/k/{INDICATOR}", prepare=from_top("main h2:has-text('Nach Räumen')")),
    Picture("luecken", "/luecken/", login="leitung", prepare=from_top("main h1", above=40)),
    Picture(
        "verknuepfen",
        f"/k/{OTHER_GOAL}/verknuepfen?link=folgen.implemented_by.measure&q=Rad",
        login="leitung",
        prepare=half_linked,
    ),
]


@contextmanager
def site() -> Iterator[str]:
    """The address of an INSEK with the city, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("INSEK_")}
        environment = kept | {
            "INSEK_ENV": "demo",
            "INSEK_DATA_DIR": folder,
            "INSEK_LOG_FORMAT": "plain",
            "DJANGO_SETTINGS_MODULE": "insek.config.settings",
        }
        code = "import django; django.setup(); from insek.config.demo import prepare; prepare()"
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)  # noqa: S603  (our own interpreter)
        port = first_free_port(HOST, 8760)
        command = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--host",
            HOST,
            "--port",
            str(port),
        ]
        command += [
            "--blocking-threads",
            "2",
            "--backpressure",
            "16",
            "--no-access-log",
            "--log-level",
            "warning",
            "insek.config.wsgi:application",
        ]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)  # noqa: S603  (our own interpreter)
        try:
            if not wait_until_up(HOST, port, seconds=20):
                raise RuntimeError("the server did not come up")
            yield f"http://{HOST}:{port}"
        finally:
            server.terminate()
            server.wait(15)


class Studio:
    """A browser in front of a site, and the pictures taken with it."""

    def __init__(self, chromium: Browser, address: str) -> None:
        self.chromium, self.address = chromium, address
        self.heavy: list[Path] = []

    def page(
        self,
        *,
        viewport: dict[str, int] = DESKTOP,
        dark: bool = False,
        login: str = "",
        javascript: bool = True,
    ) -> Page:
        """A page of somebody, as the journeys ask for one."""
        context = self.chromium.new_context(
            base_url=self.address,
            viewport=viewport,
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale="de-DE",
            timezone_id="Europe/Berlin",
            reduced_motion="reduce",
        )
        page = context.new_page()
        if login:
            sign_in(page, login)
        return page

    def take(self, page: Page, name: str, *, height: int = 0) -> None:
        """Take a picture of what is in the window, or of the page's first ``height`` pixels."""
        page.mouse.move(0, 0)
        page.evaluate("() => document.fonts.ready")
        file = TARGET / f"{name}.png"
        tall = (
            {"full_page": True, "clip": {"x": 0, "y": 0, "width": 1280, "height": height}} if height else {}
        )
        page.screenshot(path=file, animations="disabled", caret="hide", **tall)
        print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1000} KB")  # noqa: T201  (a tool of the command line speaks)
        if file.stat().st_size > LARGEST:
            self.heavy.append(file)


class Camera(Walk):
    """Walks a step of the life and takes its picture."""

    def __init__(self, studio: Studio, known: dict[str, str], number: int) -> None:
        super().__init__(studio.page, known)
        self.studio, self.number = studio, number

    def picture(self, page: Page) -> None:
        """The moment of the step that the tour shows."""
        page.wait_for_load_state("networkidle")
        self.studio.take(page, f"{TOUR}-{self.number:02}")


def main(names: list[str]) -> int:
    """Take the named pictures, or all; returns 1 when one is too heavy for a README."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with site() as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        studio = Studio(chromium, address)
        for picture in PICTURES:
            if names and picture.name not in names:
                continue
            page = studio.page(viewport=picture.viewport, dark=picture.dark, login=picture.login)
            page.goto(picture.address, wait_until="networkidle")
            picture.prepare(page)
            studio.take(page, picture.name, height=picture.height)
            page.context.close()
        if not names or TOUR in names:
            known: dict[str, str] = {}
            for number, step in enumerate(STEPS, 1):
                step(Camera(studio, known, number))
        chromium.close()
    return 1 if studio.heavy else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
