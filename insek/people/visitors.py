"""Where a request comes from: through which proxy, and from which neighbourhood of addresses. Nothing here is kept."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

logger = logging.getLogger("insek.proxy")

UNNAMED = ("/healthz", "/readyz")
"""What is asked on the machine itself, past the proxy."""
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")


class TrustedProxyMiddleware:
    """Forgets what a sender says about others unless the sender is one of our proxies (``INSEK_TRUSTED_PROXIES``)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.watches = settings.PRODUCTION

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_proxy(parsed_address(request.META.get("REMOTE_ADDR", ""))):
            for name in FORWARDED:
                request.META.pop(name, None)
        elif self.watches and FORWARDED[0] not in request.META and request.path_info not in UNNAMED:
            self.watches = False  # once is enough
            logger.warning("the proxy sends no X-Forwarded-For: limits count all visitors as one")
        return self.get_response(request)


def parsed_address(text: str) -> IPv4Address | IPv6Address | None:
    """An address as proxies write it: bare, with a port, in brackets, IPv4 inside IPv6. None for anything else."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def is_proxy(address: IPv4Address | IPv6Address | None) -> bool:
    """Whether what this address says about the sender is believed."""
    return address is not None and any(address in network for network in settings.INSEK_TRUSTED_PROXIES)


def sender(request: HttpRequest) -> IPv4Address | IPv6Address | None:
    """Who sent the request: of the chain of addresses the last that is no proxy of ours; what comes before it is hearsay.

    The proxy itself where it names nobody, None where an address cannot be read.
    """
    address = parsed_address(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    for hop in reversed(forwarded.split(",") if forwarded.strip() else []):
        if not is_proxy(address):
            break
        address = parsed_address(hop)
    return address


def neighbourhood(request: HttpRequest) -> str:
    """A keyed hash of the prefix of the sender's address (IPv4 /24, IPv6 /48); the key changes every day."""
    return _hashed(sender(request), 24, 48)


def household(request: HttpRequest) -> str:
    """The same of the whole address (IPv6: the /64 that one line has)."""
    return _hashed(sender(request), 32, 64)


def _hashed(address: IPv4Address | IPv6Address | None, of_four: int, of_six: int) -> str:
    length = of_four if address is not None and address.version == 4 else of_six
    prefix = str(ipaddress.ip_network(f"{address}/{length}", strict=False)) if address else "unknown"
    key = f"{settings.SECRET_KEY}:{timezone.localdate()}".encode()
    return hmac.new(key, f"{length}:{prefix}".encode(), hashlib.sha256).hexdigest()[:16]
