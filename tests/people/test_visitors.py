"""Where a request comes from, as a trusted proxy says it and nobody else."""

import ipaddress

import pytest
from django.http import HttpResponse
from django.test import override_settings

from insek.people.visitors import TrustedProxyMiddleware, household, neighbourhood, parsed_address, sender

TRUSTED = [ipaddress.ip_network(text) for text in ("127.0.0.0/8", "10.0.0.0/24", "::1")]


@pytest.fixture(autouse=True)
def _proxies():
    with override_settings(INSEK_TRUSTED_PROXIES=TRUSTED):
        yield


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),
        ("127.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.5", "203.0.113.5"),
        ("10.0.0.7", "198.51.100.1, 203.0.113.5, 127.0.0.1", "203.0.113.5"),
        ("10.0.1.7", "203.0.113.5", "10.0.1.7"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.5:40312", "203.0.113.5"),
        ("::ffff:127.0.0.1", "[2001:db8::1]:40312", "2001:db8::1"),
        ("127.0.0.1", "unknown", "None"),
        ("", "203.0.113.5", "None"),
        ("broken", "", "None"),
    ],
)
def test_the_sender_is_the_last_address_that_is_no_proxy_of_ours(rf, peer, forwarded, expected):
    more = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert str(sender(rf.get("/", REMOTE_ADDR=peer, **more))) == expected


def test_what_a_stranger_forges_does_not_change_the_neighbourhood(rf):
    here = neighbourhood(rf.get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.5"))
    for forged in ("1.1.1.1", "2.2.2.2, 3.3.3.3", "127.0.0.1", "x"):
        request = rf.get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=f"{forged}, 203.0.113.5")
        assert neighbourhood(request) == here


def test_the_address_is_seen_as_a_hash_of_the_day_alone(rf):
    here = neighbourhood(rf.get("/", REMOTE_ADDR="203.0.113.7"))
    assert here == neighbourhood(rf.get("/", REMOTE_ADDR="203.0.113.99"))
    assert here != neighbourhood(rf.get("/", REMOTE_ADDR="203.0.114.7")) and "203" not in here[:3]
    assert neighbourhood(rf.get("/", REMOTE_ADDR="broken"))


def test_a_household_is_one_address_and_one_line_of_ipv6(rf):
    def of(address):
        return household(rf.get("/", REMOTE_ADDR=address))

    assert of("203.0.113.7") != of("203.0.113.99")
    assert of("2001:db8:0:1::7") == of("2001:db8:0:1::8") != of("2001:db8:0:2::7")


@pytest.mark.parametrize("text", ["", "a.b.c.d", "1.2.3", "[::1", "1:2:3"])
def test_what_is_no_address_is_none(text):
    assert str(parsed_address(text)) in {"None", "::1"}


@pytest.mark.parametrize(("peer", "scheme"), [("127.0.0.1", "https"), ("203.0.113.5", "http")])
def test_only_a_proxy_says_that_a_request_came_by_https(rf, peer, scheme):
    seen = []
    request = rf.get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_PROTO="https")
    TrustedProxyMiddleware(lambda request: seen.append(request.scheme) or HttpResponse())(request)
    assert seen == [scheme]


@pytest.mark.parametrize(("production", "warnings"), [(True, 1), (False, 0)])
def test_a_proxy_that_names_nobody_is_noticed_once_in_production(rf, settings, caplog, production, warnings):
    settings.PRODUCTION = production
    proxies = TrustedProxyMiddleware(lambda request: HttpResponse())
    proxies(rf.get("/healthz", REMOTE_ADDR="127.0.0.1"))
    proxies(rf.get("/", REMOTE_ADDR="203.0.113.5"))
    proxies(rf.get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.5"))
    assert caplog.records == []
    for _time in range(2):
        proxies(rf.get("/", REMOTE_ADDR="127.0.0.1"))
    assert [record.getMessage() for record in caplog.records] == [
        "the proxy sends no X-Forwarded-For: limits count all visitors as one"
    ] * warnings
