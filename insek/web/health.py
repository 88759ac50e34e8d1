"""What a monitoring machine asks: whether the process lives, and whether it can do its work."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from threading import Lock

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from .proxy_probe import arrived, name_in

logger = logging.getLogger("insek.health")

PATHS = ("/healthz", "/readyz")
LEAST_FREE = 50 * 1024 * 1024
"""Bytes that must be free in the data folder."""
FRESH = 2.0
"""Seconds for which an answer about the readiness is given again, so that asking often costs nothing."""

_lock = Lock()
_known: tuple[float, dict[str, bool]] = (0.0, {})


class HealthMiddleware:
    """Answers monitoring under any host name: it knows our address, and nothing secret is said."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info in PATHS:
            request.META["HTTP_HOST"] = [*settings.INSEK_HOSTS, "localhost"][0]
        return self.get_response(request)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether this process lives. Asks nothing of anybody: who restarts us must not do so because the database is gone."""
    return JsonResponse({"status": "ok"})


@never_cache
@csrf_exempt
@require_http_methods(["GET", "POST"])
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether this process can answer: 503 when the database does not, or when nothing can be written to the data folder.

    A probe of `insek check` is told what of it arrived.
    """
    if name := name_in(request.GET.get("probe", "")):
        return JsonResponse(arrived(request, name))
    if request.method == "POST":
        return HttpResponseNotAllowed(["GET"])
    found = readiness()
    ready = all(found.values())
    return JsonResponse({"status": "ok" if ready else "unavailable", **found}, status=200 if ready else 503)


def readiness() -> dict[str, bool]:
    """What works: ``database`` and ``disk``."""
    global _known
    with _lock:
        at, found = _known
        if not found or time.monotonic() - at > FRESH:
            found = {"database": _database_answers(), "disk": _disk_takes()}
            _known = (time.monotonic(), found)
    return found


def forget() -> None:
    """Ask again at once, for tests."""
    global _known
    _known = (0.0, {})


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM django_migrations LIMIT 1")
            cursor.fetchone()
    except DatabaseError as error:
        logger.error("the database does not answer: %s", type(error).__name__)
        return False
    return True


def _disk_takes() -> bool:
    folder = settings.INSEK_DATA_DIR
    try:
        if shutil.disk_usage(folder).free < LEAST_FREE:
            logger.error("the disk of the data folder is full")
            return False
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        logger.error("nothing can be written to the data folder: %s", error.strerror)
        return False
    return True
