"""Addresses of services: which are taken, what a browser asks them for, and which hosts it may ask."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

OURS = {
    "service", "request", "version", "layers", "layer", "styles", "style", "crs", "srs", "srsname", "bbox", "width", "height", "format",
    "transparent", "typename", "typenames", "count", "maxfeatures", "outputformat", "tilematrix", "tilematrixset", "tilerow",
    "tilecol", "callback", "format_options",
}  # fmt: skip
"""What we say ourselves; whatever an address says of these is left out."""
MOST_FEATURES = 2_000
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_LOCAL = ("localhost", "local", "internal", "home.arpa", "localdomain")


def is_worldwide(text: str) -> bool:
    """Whether an IP address can be that of a public server: not private, local, reserved, nor one of these in disguise."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if inside is None and address in ipaddress.ip_network("64:ff9b::/96"):
            inside = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inside is not None:
            return address.ipv4_mapped is None and is_worldwide(str(inside))
    if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def checked_address(text: str) -> str:
    """An address that a browser may be sent to, in plain form. Raises ValidationError.

    https, a name of a host or a public IP address, without a name of a user, and nothing that could leave the place it
    has in a header.
    """
    text = text.strip()
    if any(ord(letter) <= 32 or letter in "\"'<>\\^`;,|" for letter in text) or not text.isascii():
        raise ValidationError(
            _("Bitte die Adresse ohne Leerzeichen und Sonderzeichen angeben, wie im Browser.")
        )
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise ValidationError(_("Diese Adresse ist nicht zu lesen.")) from None
    if parts.scheme != "https":
        raise ValidationError(_("Bitte eine Adresse angeben, die mit https:// beginnt."))
    if parts.username is not None or parts.password is not None:
        raise ValidationError(
            _("In der Adresse darf kein Name und kein Passwort stehen: Sie wird öffentlich.")
        )
    if ":" in host or host.replace(".", "").isdigit():
        if not is_worldwide(host):
            raise ValidationError(_("Diese Adresse liegt in einem privaten Netz."))
    elif not _HOST.fullmatch(host) or "." not in host or host.endswith(tuple(f".{end}" for end in _LOCAL)):
        raise ValidationError(_("„%(host)s“ ist kein Name eines Rechners im Internet.") % {"host": host})
    shown = f"[{host}]" if ":" in host else host
    where = shown if port in (None, 443) else f"{shown}:{port}"
    return urlunsplit(("https", where, parts.path or "/", parts.query, ""))


def origin_of(address: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def asking(address: str, **words: str) -> str:
    """The address with these words; braces stay for a browser to fill."""
    parts = urlsplit(address)
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name.lower() not in OURS
    ]
    query = urlencode([*kept, *words.items()], quote_via=quote, safe="{}:/,")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def capabilities_address(address: str, sort: str) -> str:
    """Where a service says what it has; a document of tiles that is addressed itself stays as it is."""
    if sort == "wmts" and urlsplit(address).path.lower().endswith(".xml"):
        return address
    version = {"wms": "1.3.0", "wmts": "1.0.0", "wfs": "2.0.0"}[sort]
    return asking(address, SERVICE=sort.upper(), REQUEST="GetCapabilities", VERSION=version)


def wms_pattern(address: str, layer: str, image: str = "image/png") -> str:
    """A picture of a tile, in Web Mercator."""
    return asking(
        address, SERVICE="WMS", REQUEST="GetMap", VERSION="1.3.0", LAYERS=layer, STYLES="", CRS="EPSG:3857",
        BBOX="{bbox-epsg-3857}", WIDTH="256", HEIGHT="256", FORMAT=image, TRANSPARENT="TRUE",
    )  # fmt: skip


def wmts_pattern(address: str, layer: str, *, style: str, matrix_set: str, matrix: str, image: str) -> str:
    """A tile by its name, for services that take questions instead of patterns."""
    return asking(
        address, SERVICE="WMTS", REQUEST="GetTile", VERSION="1.0.0", LAYER=layer, STYLE=style, FORMAT=image,
        TILEMATRIXSET=matrix_set, TILEMATRIX=matrix, TILEROW="{y}", TILECOL="{x}",
    )  # fmt: skip


def wfs_pattern(address: str, layer: str, form: str = "application/json") -> str:
    """The objects in a box of degrees, no more than MOST_FEATURES."""
    return asking(
        address, SERVICE="WFS", REQUEST="GetFeature", VERSION="2.0.0", TYPENAMES=layer, SRSNAME="EPSG:4326",
        COUNT=str(MOST_FEATURES), OUTPUTFORMAT=form, BBOX="{west},{south},{east},{north},EPSG:4326",
    )  # fmt: skip
