"""What `insek check` finds out about the web server in front, asked through it as a visitor would."""

import threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.signing import TimestampSigner
from django.test import Client

from insek.config import proxy_check
from insek.config.proxy_check import ProxyUnasked, problems_of_proxy
from insek.web.proxy_probe import FORGED, new_token

pytestmark = pytest.mark.django_db(transaction=True)


class CarefulProxy(BaseHTTPRequestHandler):
    """Does what our nginx example does: takes a request whole, and says itself where it came from."""

    inside: tuple[str, int]
    names = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https"}

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        connection = HTTPConnection(*self.inside)
        connection.request(
            self.command, self.path, body or None, {"Host": self.headers["Host"], **self.names}
        )
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        self.send_response(answer.status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET

    def log_message(self, *arguments):
        pass


@pytest.fixture
def proxy(live_server, monkeypatch):
    monkeypatch.setattr(proxy_check, "BODY_WAIT", 0.3)
    CarefulProxy.inside = (live_server.thread.host, live_server.thread.port)
    server = ThreadingHTTPServer(("127.0.0.1", 0), CarefulProxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_careful_proxy_is_in_order(proxy):
    assert problems_of_proxy(proxy) == []


def test_one_that_names_nobody_is_noticed(proxy, monkeypatch):
    monkeypatch.setattr(CarefulProxy, "names", {"X-Forwarded-Proto": "https"})
    [problem] = problems_of_proxy(proxy)
    assert "kein X-Forwarded-For" in problem


def test_one_that_hands_everything_on_is_noticed(live_server, monkeypatch):
    """The live server is what a proxy looks like that sets nothing, believes browsers and waits for nothing."""
    monkeypatch.setattr(proxy_check, "BODY_WAIT", 0.5)
    found = " ".join(problems_of_proxy(live_server.url))
    for part in (
        "kein X-Forwarded-Proto",
        "kein X-Forwarded-For",
        "des Browsers weiter",
        "bevor sie ganz da sind",
    ):
        assert part in found


def test_another_installation_is_not_taken_for_ours(proxy, monkeypatch):
    monkeypatch.setattr(
        proxy_check, "new_token", TimestampSigner(key="another" * 9, salt="insek.proxy-probe").sign
    )
    with pytest.raises(ProxyUnasked, match="INSEK_SECRET_KEY"):
        problems_of_proxy(proxy)
    with pytest.raises(ProxyUnasked):
        problems_of_proxy("http://127.0.0.1:9")


def test_who_has_no_key_learns_nothing_and_sends_nothing():
    client = Client()
    told = client.get("/readyz?probe=x:y:z", headers={"x-forwarded-for": FORGED}).json()
    assert set(told) == {"status", "database", "disk"}
    assert client.post("/readyz").status_code == 405
    assert client.post("/readyz?probe=x", b"x", content_type="text/plain").status_code == 405
    assert client.get(f"/readyz?probe={new_token('a')}").json()["named"] is False
