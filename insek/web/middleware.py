"""What happens around every request: an id, one log line, no trace of the visitor."""

import logging
import re
import time
from collections.abc import Callable
from uuid import uuid4

from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

logger = logging.getLogger("insek.request")
GIVEN_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
PERMISSIONS = "camera=(), geolocation=(self), interest-cohort=(), microphone=(), payment=(), usb=()"


class RequestLog:
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
        if not request.path_info.startswith(("/static/", "/healthz")):
            # a secret in the path is masked by its view
            path = request.META.get("insek.logged_path", request.path_info)
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


class Heads:
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
