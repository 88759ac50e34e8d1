import json
import logging
import re

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, get_resolver, reverse

from insek.config.logs import JsonLine
from insek.web.middleware import RequestLogMiddleware, masked


def answer(status=200, **request):
    """Send one request through the middleware; return response and the records written."""
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append
    logger = logging.getLogger("insek.request")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel("INFO")
    try:
        response = RequestLogMiddleware(lambda _: HttpResponse(status=status))(
            RequestFactory().get(**request)
        )
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    return response, records


def test_a_request_is_one_json_line_without_address_or_query():
    response, [record] = answer(path="/suche/?q=Erika+Mustermann", REMOTE_ADDR="203.0.113.9")
    line = json.loads(JsonLine().format(record))
    assert line.pop("time") and line.pop("ms") >= 0
    assert line == {
        "level": "info",
        "logger": "insek.request",
        "message": "GET /suche/ 200",
        "request_id": response["X-Request-ID"],
        "method": "GET",
        "path": "/suche/",
        "status": 200,
    }


def test_a_proxys_request_id_is_kept_and_a_strange_one_replaced():
    assert answer(path="/", HTTP_X_REQUEST_ID="proxy-12345678")[0]["X-Request-ID"] == "proxy-12345678"
    assert answer(path="/", HTTP_X_REQUEST_ID='"><script>')[0]["X-Request-ID"].isalnum()


def test_health_checks_and_static_files_are_not_written_down():
    assert (
        answer(path="/healthz")[1] + answer(path="/readyz")[1] + answer(path="/static/abc/insek/app.css")[1]
        == []
    )


SECRET = "c2VjcmV0-tokeN"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("/beitraege/meiner/", ""), ("/beitraege/meiner/", "/"), ("/en/beitraege/meiner/", "/"), ("/EN/Beitraege/Meiner/", "/x/y"),
        ("/beitraege//meiner//", "/"), ("/kennwort/waehlen/", "/"), ("/kennwort/waehlen/MQ/", "/"), ("/kennwort/waehlen/MQ/", ""),
        ("/en/kennwort/waehlen/", "\n/x"), ("/bericht/", "/datei/"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("status", [200, 301, 404, 500])
def test_no_personal_link_stands_in_the_log_whatever_becomes_of_the_request(before, after, status):
    [record] = answer(path=before + SECRET + after, status=status)[1]
    assert SECRET not in JsonLine().format(record)
    assert record.path == before.replace("MQ/", "") + "…"


def test_every_address_with_a_token_is_masked():
    """A new one that names its part otherwise is named here."""
    parts = {"token"}
    for pattern in every_pattern():
        suspicious = {name for name in pattern.pattern.converters if re.search("token|secret", name)}
        assert suspicious <= parts, pattern
    found = [pattern for pattern in every_pattern() if "token" in pattern.pattern.converters]
    assert {pattern.name for pattern in found} >= {"my-contribution", "password_reset_confirm", "report-job"}
    for pattern in found:
        values = dict.fromkeys(pattern.pattern.converters, "geheim")
        assert "geheim" not in masked(reverse(pattern.name, kwargs=values))


def test_other_paths_are_written_down_as_they_are():
    for path in (
        "/",
        "/ziele/",
        "/beitraege/",
        "/kennwort/",
        "/kennwort/geaendert/",
        "/en/ziele/",
        "/k/abcdefgh",
    ):
        assert masked(path) == path


def every_pattern(patterns=None):
    for pattern in patterns or get_resolver().url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from every_pattern(pattern.url_patterns)


def test_an_error_page_is_an_error_line():
    assert answer(path="/", status=500)[1][0].levelname == "ERROR"
