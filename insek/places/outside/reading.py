"""Asking a service once what it has: the one place where this program opens a connection to somebody else's server.

An administrator may name any address, so it must not become a way into the city's own network: the name is looked up here,
every address it has must be a public one, and the connection goes to the address that was looked at, not to whatever the
name means a moment later. Nothing is followed, little is read, and not for long.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Timer
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from .addresses import is_worldwide

SECONDS = 8.0
"""For all of it."""
LARGEST = 6 * 1024**2
"""Bytes of an answer; the largest state services say about 4 MB."""
PORTS = frozenset({443, 8443})

Resolve = Callable[[str, int], list[str]]
Secure = Callable[[socket.socket, str], socket.socket]


class ServiceRefused(Exception):
    """Nothing could be read; the message says why, without what the other side said."""


@dataclass(frozen=True)
class Answer:
    """What a service answered."""

    content: bytes
    lets_show: bool
    """It allows browsers to show its pictures on pages of others (CORS)."""


def addresses_of(host: str, port: int) -> list[str]:
    """The IP addresses of a host. Raises OSError."""
    return list(
        dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    )


def with_tls(opened: socket.socket, host: str) -> socket.socket:
    """The other side proves that it is the host. Raises SSLError."""
    return ssl.create_default_context().wrap_socket(opened, server_hostname=host)


class _ToAddress(http.client.HTTPConnection):
    """A connection to an IP address that was looked at, which proves itself under the name of its host."""

    default_port = 443

    def __init__(self, host: str, port: int, address: str, secure: Secure, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self._address, self._secure, self._seconds = address, secure, seconds

    def connect(self) -> None:
        """Open the connection. Raises OSError."""
        opened = socket.create_connection((self._address, self.port), self._seconds)
        try:
            self.sock = self._secure(opened, self.host)
        except BaseException:
            opened.close()
            raise


def read_service(
    address: str,
    origin: str,
    *,
    resolve: Resolve = addresses_of,
    is_allowed: Callable[[str], bool] = is_worldwide,
    secure: Secure = with_tls,
    ports: frozenset[int] = PORTS,
    seconds: float = SECONDS,
    largest: int = LARGEST,
) -> Answer:
    """What is said at an address that ``checked_address`` has let pass. Raises ServiceRefused."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or 443
    if parts.scheme != "https" or port not in ports:
        raise ServiceRefused(
            _("Gefragt werden nur Dienste mit https am üblichen Anschluss (%(ports)s).")
            % {"ports": ", ".join(map(str, sorted(ports)))}
        )
    until = time.monotonic() + seconds
    try:
        known = resolve(host, port)
    except (OSError, UnicodeError):
        known = []
    if not known:
        raise ServiceRefused(_("Den Rechner „%(host)s“ gibt es nicht.") % {"host": host})
    if not all(is_allowed(one) for one in known):
        raise ServiceRefused(
            _(
                "„%(host)s“ liegt in einem privaten Netz. Der Server fragt dort nicht; tragen Sie den Namen der Ebene selbst ein."
            )
            % {"host": host}
        )
    connection = _ToAddress(host, port, known[0], secure, seconds / 2)
    try:
        return _answer(
            connection, parts.path + (f"?{parts.query}" if parts.query else ""), origin, until, largest
        )
    except ssl.SSLError:
        raise ServiceRefused(_("Die Verbindung zu „%(host)s“ ist nicht sicher.") % {"host": host}) from None
    except TimeoutError:
        raise ServiceRefused(_("„%(host)s“ antwortet nicht rechtzeitig.") % {"host": host}) from None
    except (OSError, http.client.HTTPException):
        raise ServiceRefused(_("„%(host)s“ antwortet nicht.") % {"host": host}) from None
    finally:
        connection.close()


@contextmanager
def _not_after(connection: _ToAddress, until: float) -> Iterator[None]:
    """Hang up at a time, however slowly the other side speaks: each of its words would begin the patience anew."""
    opened = connection.sock

    def hang_up() -> None:
        with suppress(OSError):
            opened.shutdown(socket.SHUT_RDWR)

    timer = Timer(max(0.0, until - time.monotonic()), hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException):
        if time.monotonic() >= until:
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()
    if time.monotonic() >= until:
        raise TimeoutError


def _answer(connection: _ToAddress, path: str, origin: str, until: float, largest: int) -> Answer:
    wanted = {
        "Accept": "application/xml, text/xml",
        "Accept-Encoding": "identity",
        "User-Agent": "INSEK",
        **({"Origin": origin} if origin else {}),
    }
    connection.request("GET", path, headers=wanted)
    with _not_after(connection, until):
        response = connection.getresponse()
    if 300 <= response.status < 400:
        raise ServiceRefused(_("Der Dienst verweist auf eine andere Adresse. Bitte tragen Sie diese ein."))
    if response.status != 200:
        raise ServiceRefused(
            _("Der Dienst antwortet mit dem Fehler %(status)s.") % {"status": response.status}
        )
    pieces, size = [], 0
    while True:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if connection.sock is not None:
            connection.sock.settimeout(left)
        piece = response.read1(65_536)
        if not piece:
            break
        size += len(piece)
        if size > largest:
            raise ServiceRefused(
                _("Die Antwort des Dienstes ist größer als %(size)s MB.") % {"size": largest // 1024**2}
            )
        pieces.append(piece)
    return Answer(b"".join(pieces), response.headers.get("Access-Control-Allow-Origin", "") in {"*", origin})
