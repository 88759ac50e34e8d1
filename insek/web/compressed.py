"""What a browser asks for is sent compressed: static files once made, answers for everybody as they are asked.

Pages for somebody who is signed in are left as they are: compressing a page that holds a secret beside words of a
stranger tells the length of their match (BREACH). The proxy in front must leave them alone, too.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import MissingFileError, StaticFile

from .precompress import VARIANTS

TYPES = ("text/", "application/json", "application/geo+json", "application/vnd.mapbox-vector-tile",
         "application/atom+xml", "image/svg+xml")  # fmt: skip


class CompressionMiddleware(GZipMiddleware):
    """Compresses answers to visitors who carry no session.

    No random bytes are added, as Django does against BREACH: there is no secret in them, and HEAD can tell their length.
    """

    max_random_bytes = 0

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Leave alone what is streamed, what is no text, and what was made for somebody."""
        if (
            not isinstance(response, HttpResponse)
            or settings.SESSION_COOKIE_NAME in request.COOKIES
            or response.cookies
            or not response.headers.get("Content-Type", "").startswith(TYPES)
        ):
            return response
        return super().process_response(request, response)


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """Static files with the variants that ``precompress`` made, but never one that is older than its file."""

    def add_file_to_dictionary(self, url: str, path: str, stat_cache: Any = None) -> None:
        """Forget an outdated variant before the file is written down."""
        for ending in VARIANTS:
            variant = (stat_cache or {}).get(path + ending)
            if variant is not None and variant.st_mtime < stat_cache[path].st_mtime:
                stat_cache = {name: stat for name, stat in stat_cache.items() if name != path + ending}
        super().add_file_to_dictionary(url, path, stat_cache=stat_cache)

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> StaticFile:
        """While somebody works on the files, they are sent as they are."""
        if stat_cache is None:
            if not Path(path).exists():
                raise MissingFileError(path)
            stat_cache = {path: os.stat(path)}  # noqa: PTH116  (the type WhiteNoise keeps)
        return super().get_static_file(path, url, stat_cache=stat_cache)
