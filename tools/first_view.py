"""How long a page keeps the browser busy at first, with the processor slowed four times: ``first_view.py ADDRESS [PATH …]``.

Needs a running INSEK (``./dev demo``) and Chromium. Prints the bytes over the line, what of the main thread's work was longer
than 50 ms (blocking time, as the long tasks of the browser say it), and whether the library of the map was fetched.
"""

from __future__ import annotations

import shutil
import sys

from playwright.sync_api import Browser, sync_playwright

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PATHS = ("/", "/karte/", "/beitraege/", "/raumkonzept/", "/mitmachen/")
WATCH = """
window.busy = 0;
new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => (window.busy += duration - 50))).observe({ type: "longtask", buffered: true });
"""


def measured(browser: Browser, address: str) -> str:
    """One line for one page, asked for with an empty cache."""
    page = browser.new_context(viewport={"width": 360, "height": 740}, locale="de-DE").new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    bytes_sent: list[float] = []
    asked: list[str] = []
    session.on("Network.loadingFinished", lambda event: bytes_sent.append(event["encodedDataLength"]))
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(WATCH)
    page.goto(address, wait_until="networkidle")
    page.wait_for_timeout(1500)
    busy = page.evaluate("window.busy")
    map_fetched = any("maplibre" in url for url in asked)
    page.context.close()
    return f"{address}: {sum(bytes_sent) / 1000:.0f} kB, {len(asked)} answers, busy {busy:.0f} ms, map fetched: {map_fetched}"


def main() -> None:
    """Measure the pages named, or those with a map."""
    address, *paths = sys.argv[1:]
    executable = next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-gpu"]
        )
        for path in paths or PATHS:
            sys.stdout.write(
                min(
                    (measured(browser, f"{address.rstrip('/')}{path}") for _round in range(3)),
                    key=lambda line: float(line.split("busy ")[1].split()[0]),
                )
                + "\n"
            )
        browser.close()


if __name__ == "__main__":
    main()
