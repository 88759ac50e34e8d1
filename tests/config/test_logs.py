import json
import logging

from django.http import HttpResponse
from django.test import RequestFactory

from insek.config.logs import JsonLine
from insek.web.middleware import RequestLog


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
        response = RequestLog(lambda _: HttpResponse(status=status))(RequestFactory().get(**request))
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
    assert answer(path="/healthz")[1] + answer(path="/static/abc/insek/app.css")[1] == []


def test_an_error_page_is_an_error_line():
    assert answer(path="/", status=500)[1][0].levelname == "ERROR"
