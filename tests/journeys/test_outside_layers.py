"""A WMS and a WMTS that answer as such services do, on a server of the test's own: asked only when chosen, rightly, and drawn on the map."""

from __future__ import annotations

import io
import shutil
import ssl
import struct
import subprocess
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import ARGUMENTS, CHROMIUM, DESKTOP, PATIENCE, axe_violations, move_map

HOST = "geo.musterland-test.de"
COLOURS = {"wms": (255, 0, 255), "wmts": (0, 255, 255)}
"""Nothing of the base map looks like these."""


def png(colour: tuple[int, int, int]) -> bytes:
    """A tile of one colour."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\0" + bytes(colour) * 256) * 256
    head = struct.pack(">IIBBBBB", 256, 256, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


class MapService(BaseHTTPRequestHandler):
    """Answers GetMap and tiles; what it cannot answer is an exception as services give it."""

    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        parts = urlsplit(self.path)
        said = {name.upper(): values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path.startswith("/wmts/"):
            zoom, column, row = map(int, parts.path.removesuffix(".png").split("/")[-3:])
            good, colour = column < 2**zoom and row < 2**zoom, COLOURS["wmts"]
        else:
            west, south, east, north = map(float, said.get("BBOX", "0,0,0,0").split(","))
            wanted = {"SERVICE": "WMS", "REQUEST": "GetMap", "VERSION": "1.3.0", "CRS": "EPSG:3857", "LAYERS": "dop20", "FORMAT": "image/png"}  # fmt: skip
            good = (
                all(said.get(name) == value for name, value in wanted.items())
                and west < east
                and south < north
            )
            good, colour = good and abs((east - west) - (north - south)) < 1, COLOURS["wms"]
        self.send_response(200 if good else 400)
        self.send_header("Content-Type", "image/png" if good else "text/xml")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(png(colour) if good else b"<ServiceExceptionReport/>")

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def service(tmp_path) -> Iterator[int]:
    """The port of the service, with a certificate of its own."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl on this machine")
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    server = ThreadingHTTPServer(("127.0.0.1", 0), MapService)
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(certificate, key)
    server.socket = secure.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    MapService.asked.clear()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def enter(page: Page, sort: str, **values: str) -> None:
    page.goto("/karten-einrichten/")
    page.get_by_role("link", name="Ebene eintragen").click()
    page.locator("select[name=sort]").select_option(sort)
    for name, text in values.items():
        page.locator(f"[name={name}]").fill(text)
    for name in ("is_on", "is_public"):
        page.locator(f"[name={name}]").check()
    page.get_by_role("button", name="Speichern").click()
    page.wait_for_url("**/karten-einrichten/**")


def colours_on(page: Page) -> set[tuple[int, int, int]]:
    """The colours in the middle of the map, as a person sees them."""
    from PIL import Image

    picture = Image.open(io.BytesIO(page.locator("[data-city-map] canvas").first.screenshot())).convert("RGB")
    width, height = picture.size
    middle = picture.crop((width // 4, height // 4, 3 * width // 4, 3 * height // 4))
    return {tuple(value // 32 for value in colour) for _count, colour in middle.getcolors(10**6)}


def test_services_are_asked_when_chosen_and_drawn(new_page, browser, site, service):
    lead = new_page(login="leitung")
    about = {"attribution": "© Musterland", "purpose": "Orte wiedererkennen"}
    enter(lead, "wms", address=f"https://{HOST}/wms", layer="dop20", title="Luftbild", **about)
    enter(lead, "wmts", address=f"https://{HOST}/wmts/{{z}}/{{x}}/{{y}}.png", title="Kacheln", **about)
    rules = f"--host-resolver-rules=MAP {HOST} 127.0.0.1:{service}"
    chromium = browser.browser_type.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, rules])
    try:
        visitor = chromium.new_context(base_url=site, viewport=DESKTOP, locale="de-DE", ignore_https_errors=True).new_page()  # fmt: skip
        visitor.set_default_timeout(PATIENCE)
        visitor.goto("/karte/")
        move_map(visitor, "[data-city-map]")
        before = colours_on(visitor)
        assert MapService.asked == [], "nothing is asked of others before somebody chooses a layer"
        for sort, label in (("wms", "Luftbild"), ("wmts", "Kacheln")):
            seen = tuple(value // 32 for value in COLOURS[sort])
            assert seen not in before
            box = visitor.get_by_label(label)
            box.focus()
            visitor.keyboard.press("Space")
            visitor.wait_for_function("() => document.querySelector('[data-outside-status]').textContent.includes('ist zu sehen')")  # fmt: skip
            for _time in range(60):
                if seen in colours_on(visitor):
                    break
                visitor.wait_for_timeout(500)
            else:
                pytest.fail(f"{label} is not drawn: {MapService.asked[:3]}")
            expect(visitor.locator(".map-credit")).to_contain_text("© Musterland")
            assert axe_violations(visitor) == []
            box.press("Space")
        asked = [path for path in MapService.asked if path.startswith("/wms")]
        box = [float(number) for number in parse_qs(urlsplit(asked[0]).query)["BBOX"][0].split(",")]
        assert 840_000 < (box[0] + box[2]) / 2 < 890_000, "Kaiserslautern in Web Mercator"
        assert any(path.startswith("/wmts/") for path in MapService.asked)
    finally:
        chromium.close()
