"""What happens around every request: an id, one log line, no trace of the visitor."""

import logging
import re
import time
from collections.abc import Callable, Iterable
from functools import cache
from uuid import uuid4

from django.conf import settings
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import LocalePrefixPattern, Resolver404, URLPattern, URLResolver, get_resolver, resolve
from django.utils.translation import gettext as _

from .health import PATHS

logger = logging.getLogger("insek.request")
GIVEN_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
LARGEST_BODY = 6 * 1024**2
"""Bytes of one request; the largest file that a form takes has 5 MiB."""
LARGEST_MAP_FILE = settings.INSEK_LARGEST_MAP_FILE * 1024**2
"""Bytes of a file for the maps, which goes to the disk piece by piece."""
LARGEST_DOCUMENTS = settings.INSEK_LARGEST_DOCUMENTS * 1024**2
LARGER = {"map-upload": LARGEST_MAP_FILE + 1024**2, "document-upload": LARGEST_DOCUMENTS + 1024**2}
"""Addresses that take more, by name; their view looks who sends before it reads."""
PERMISSIONS = "camera=(), geolocation=(self), interest-cohort=(), microphone=(), payment=(), usb=()"


@cache
def _secret_paths() -> re.Pattern[str]:
    """What comes before a secret in our addresses: every address with a part named ``token``, up to its first part."""
    found: set[str] = set()

    def walk(patterns: Iterable[URLPattern | URLResolver], before: str) -> None:
        for pattern in patterns:
            route = (
                before if isinstance(pattern.pattern, LocalePrefixPattern) else before + str(pattern.pattern)
            )
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, route)
            elif "token" in pattern.pattern.converters:
                found.add(
                    "/+".join(re.escape(part) for part in route.partition("<")[0].strip("/").split("/"))
                )

    walk(get_resolver().url_patterns, "")
    languages = "|".join(code for code, _name in settings.LANGUAGES)
    return re.compile(
        rf"(/+(?:(?:{languages})/+)?(?:{'|'.join(sorted(found))})/+).+", re.IGNORECASE | re.DOTALL
    )


def masked(path: str) -> str:
    """A path as it may be written down: without what follows where a secret stands, whatever becomes of the request."""
    return _secret_paths().sub(r"\1…", path, count=1) if _secret_paths().match(path) else path


class RequestLogMiddleware:
    """Gives each request an id (a proxy's own is kept), answers with it and writes one line without personal data.

    The query string is left out: a search may hold a name. Health checks and static files are not written down.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        got_request_exception.connect(self.log_exception, dispatch_uid="insek.request-log")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        given = request.headers.get("X-Request-ID", "")
        request_id = given if GIVEN_ID.fullmatch(given) else uuid4().hex
        request.META["insek.request_id"] = request_id
        response = self.get_response(request)
        response.headers["X-Request-ID"] = request_id
        response.headers["Permissions-Policy"] = PERMISSIONS
        if not request.path_info.startswith(("/static/", *PATHS)):
            path = masked(request.path_info)
            logger.log(
                logging.ERROR if response.status_code >= 500 else logging.INFO,
                "%s %s %s",
                request.method,
                path,
                response.status_code,
                extra={
                    "request_id": request_id,
                    "method": request.method,
                    "path": path,
                    "status": response.status_code,
                    "ms": round((time.perf_counter() - started) * 1000),
                },
            )
        return response

    @staticmethod
    def log_exception(sender: object, request: HttpRequest | None = None, **kwargs: object) -> None:
        """Write the traceback of an exception that became an error page."""
        request_id = request.META.get("insek.request_id", "") if request else ""
        logger.exception("exception while answering", extra={"request_id": request_id})


class BodyLimitMiddleware:
    """Refuses what is larger than any form of ours before it is read: what is read holds one of the few threads."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        told = request.META.get("CONTENT_LENGTH") or "0"
        if not told.isdecimal() or (int(told) > LARGEST_BODY and int(told) > self._most(request)):
            text = _("Das ist zu groß: Mehr als %(size)s MB auf einmal nimmt diese Seite nicht an.")
            return HttpResponse(
                text % {"size": self._most(request) // 1024**2},
                status=413,
                content_type="text/plain; charset=utf-8",
            )
        return self.get_response(request)

    @staticmethod
    def _most(request: HttpRequest) -> int:
        try:
            return LARGER.get(resolve(request.path_info).url_name or "", LARGEST_BODY)
        except Resolver404:
            return LARGEST_BODY


class HeadMiddleware:
    """Answers HEAD wherever GET is answered: the same answer with the same headers, and the body counted instead of sent.

    The rooms see a GET, so that no address can forget the other method. What is streamed is read through once, since
    GDAL, link checkers and download managers learn the size from here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method != "HEAD":
            return self.get_response(request)
        request.method = request.META["REQUEST_METHOD"] = "GET"
        try:
            response = self.get_response(request)
        finally:
            request.method = request.META["REQUEST_METHOD"] = "HEAD"
        return _emptied(response)


def _emptied(response: HttpResponseBase) -> HttpResponseBase:
    """Take the body out of an answer and leave its length."""
    if isinstance(response, StreamingHttpResponse):
        length = response.headers.get("Content-Length") or str(sum(len(part) for part in response))
        head = HttpResponse(status=response.status_code, headers=dict(response.headers))
        head.headers["Content-Length"] = length
        head.cookies = response.cookies
        head._resource_closers.extend(response._resource_closers)  # type: ignore[attr-defined]  # what is open is closed with it
        return head
    if isinstance(response, HttpResponse):
        if response.status_code not in {204, 304}:
            response.headers["Content-Length"] = str(len(response.content))
        response.content = b""
    return response
