"""Asking other services: hostile addresses, servers that lie, hang or send too much, and what a service says it has."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.exceptions import ValidationError

from insek.places.outside import reading
from insek.places.outside.addresses import capabilities_address, checked_address, is_worldwide
from insek.places.outside.capabilities import is_pattern, read_tree, said_by
from insek.places.outside.reading import ServiceRefused, read_service

WMS = b"""<?xml version="1.0"?><WMS_Capabilities version="1.3.0" xmlns="http://www.opengis.net/wms">
<Service><Title>Luftbilder des Landes</Title><AccessConstraints>dl-de/by-2-0</AccessConstraints></Service>
<Capability><Request><GetMap><Format>image/jpeg</Format><Format>image/png</Format></GetMap></Request>
<Layer><CRS>EPSG:25832</CRS><Attribution><Title>Vermessung</Title></Attribution>
 <Layer><Name>dop20</Name><Title>Luftbild  20 cm</Title><CRS>EPSG:3857</CRS></Layer>
 <Layer><Name>alt</Name><Title>Nur in UTM</Title></Layer></Layer></Capability></WMS_Capabilities>"""
WMTS = b"""<Capabilities xmlns="http://www.opengis.net/wmts/1.0" xmlns:ows="http://www.opengis.net/ows/1.1">
<ows:ServiceIdentification><ows:Title>Kacheln</ows:Title></ows:ServiceIdentification><Contents>
<Layer><ows:Title>Luftbild</ows:Title><ows:Identifier>luft</ows:Identifier><Style isDefault="true"><ows:Identifier>normal</ows:Identifier></Style>
 <Format>image/jpeg</Format><TileMatrixSetLink><TileMatrixSet>WELT</TileMatrixSet></TileMatrixSetLink>
 <ResourceURL format="image/jpeg" resourceType="tile" template="https://kacheln.example/{Style}/{TileMatrixSet}/{TileMatrix}/{TileCol}/{TileRow}.jpg"/></Layer>
<Layer><ows:Identifier>frage</ows:Identifier><Format>image/png</Format><TileMatrixSetLink><TileMatrixSet>WELT</TileMatrixSet></TileMatrixSetLink></Layer>
<Layer><ows:Identifier>boese</ows:Identifier><Format>image/png</Format><TileMatrixSetLink><TileMatrixSet>WELT</TileMatrixSet></TileMatrixSetLink>
 <ResourceURL format="image/png" resourceType="tile" template="http://kacheln.example/{TileMatrix}/{TileCol}/{TileRow}.png"/></Layer>
<Layer><ows:Identifier>utm</ows:Identifier><Format>image/png</Format><TileMatrixSetLink><TileMatrixSet>UTM</TileMatrixSet></TileMatrixSetLink></Layer>
<TileMatrixSet><ows:Identifier>WELT</ows:Identifier><ows:SupportedCRS>urn:ogc:def:crs:EPSG::3857</ows:SupportedCRS>
 <TileMatrix><ows:Identifier>EPSG:3857:0</ows:Identifier><ScaleDenominator>559082264.029</ScaleDenominator></TileMatrix></TileMatrixSet>
<TileMatrixSet><ows:Identifier>UTM</ows:Identifier><ows:SupportedCRS>urn:ogc:def:crs:EPSG::25832</ows:SupportedCRS></TileMatrixSet>
</Contents></Capabilities>"""
WFS = b"""<wfs:WFS_Capabilities xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:ows="http://www.opengis.net/ows/1.1">
<ows:ServiceProvider><ows:ProviderName>Stadt</ows:ProviderName></ows:ServiceProvider>
<ows:OperationsMetadata><ows:Operation name="GetFeature"><ows:Parameter name="outputFormat"><ows:AllowedValues><ows:Value>text/xml</ows:Value>%s
</ows:AllowedValues></ows:Parameter></ows:Operation></ows:OperationsMetadata>
<FeatureTypeList><FeatureType><Name>fnp:flaechen</Name><Title>FNP</Title></FeatureType></FeatureTypeList></wfs:WFS_Capabilities>"""
BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><WMS_Capabilities>&b;</WMS_Capabilities>"""


@pytest.mark.parametrize(
    "address",
    [
        "http://dienst.example/wms", "ftp://dienst.example/", "file:///etc/passwd", "dienst.example/wms", "https://",
        "https://localhost/wms", "https://rechner/wms", "https://geo.local/wms", "https://a.internal/", "https://127.0.0.1/",
        "https://10.1.2.3/wms", "https://192.168.0.1:443/", "https://172.16.9.9/", "https://169.254.169.254/latest/meta-data",
        "https://[::1]/", "https://[fd00::1]/", "https://[fe80::1]/", "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::a00:1]/",
        "https://0/", "https://2130706433/", "https://100.64.0.1/", "https://224.0.0.1/", "https://name:wort@dienst.example/",
        "https://dienst.example/ wms", "https://dienst.example/;script-src *", "https://dienst.example,evil.example/",
        "https://dienst.example:99999/", "https://dienst_.example/", "https://di\u0435nst.example/", "https://a.example/\r\nX: y", "",
    ],
)  # fmt: skip
def test_addresses_that_are_refused(address):
    with pytest.raises(ValidationError):
        checked_address(address)


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("https://Geo.Stadt.Example/wms?map=/a/b.map", "https://geo.stadt.example/wms?map=/a/b.map"),
        ("https://dienst.example", "https://dienst.example/"),
        ("https://dienst.example.:443/x#teil", "https://dienst.example/x"),
        ("https://dienst.example:8443/x", "https://dienst.example:8443/x"),
    ],
)
def test_addresses_that_are_taken(address, plain):
    assert checked_address(address) == plain


def test_addresses_of_ones_own_network_in_disguise_are_none_of_the_internet():
    private = [
        "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "0.0.0.0", "::", "fe80::1%eth0", "x",
        "::127.0.0.1", "64:ff9b:1::7f00:1", "::ffff:0:127.0.0.1", "fec0::1",
    ]  # fmt: skip
    assert not any(map(is_worldwide, private))
    assert is_worldwide("93.184.216.34") and is_worldwide("2606:2800:220:1:248:1893:25c8:1946")


def test_what_an_address_says_of_our_own_words_is_left_out():
    asked = capabilities_address("https://d.example/wms?REQUEST=DoIt&map=a.map&service=wfs", "wms")
    assert asked == "https://d.example/wms?map=a.map&SERVICE=WMS&REQUEST=GetCapabilities&VERSION=1.3.0"
    assert capabilities_address("https://d.example/1.0.0/WMTSCapabilities.xml", "wmts").endswith(
        "Capabilities.xml"
    )


@pytest.fixture
def server():
    """A service of our own that answers as its path says."""

    class Fake(BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.asked.append((self.path, dict(self.headers)))
            name = self.path.split("?")[0]
            if name == "/weiter":
                self.send_response(302)
                self.send_header("Location", "http://127.0.0.1/")
                self.end_headers()
                return
            if name == "/kopf":
                try:
                    self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                    for _ in range(40):
                        self.wfile.write(b"X-A: b\r\n")
                        time.sleep(0.05)
                except OSError:
                    pass
                return
            self.send_response(500 if name == "/kaputt" else 200)
            if name == "/cors":
                self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()
            if name == "/tropfen":
                try:
                    for _ in range(30):
                        self.wfile.write(b" ")
                        self.wfile.flush()
                        time.sleep(0.05)
                except OSError:
                    pass
            elif name == "/viel":
                try:
                    for _ in range(200):
                        self.wfile.write(b"x" * 50_000)
                except OSError:
                    pass
            else:
                self.wfile.write(WMS)

        def log_message(self, *_words):
            pass

    served = ThreadingHTTPServer(("127.0.0.1", 0), Fake)
    served.asked = []
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield served
    served.shutdown()
    served.server_close()


def ask(server, path, **values):
    port = server.server_port
    given = {
        "resolve": lambda _host, _port: ["127.0.0.1"], "is_allowed": lambda _one: True, "secure": lambda opened, _host: opened,
        "ports": frozenset({port}), **values,
    }  # fmt: skip
    return read_service(f"https://dienst.example:{port}{path}", "https://insek.example", **given)


def test_a_service_is_asked_once_under_its_own_name_and_says_what_it_has(server):
    answer = ask(server, "/cors?a=b")
    [(path, headers)] = server.asked
    assert (path, headers["Host"]) == ("/cors?a=b", f"dienst.example:{server.server_port}")
    assert answer.lets_show and not ask(server, "/ohne").lets_show
    said = said_by(answer.content, "wms", "https://dienst.example/cors")
    assert (said.title, said.attribution, said.licence) == (
        "Luftbilder des Landes",
        "Vermessung",
        "dl-de/by-2-0",
    )
    assert [(one.name, one.title) for one in said.layers] == [
        ("dop20", "Luftbild 20 cm")
    ] and said.left_out == 1
    assert "BBOX={bbox-epsg-3857}" in said.layers[0].pattern and "LAYERS=dop20" in said.layers[0].pattern


@pytest.mark.parametrize(
    ("path", "values", "why"),
    [
        ("/", {"is_allowed": is_worldwide}, "privaten Netz"),
        ("/", {"resolve": lambda *_: ["93.184.216.34", "10.0.0.1"], "is_allowed": is_worldwide}, "privaten Netz"),
        ("/", {"resolve": lambda *_: []}, "gibt es nicht"),
        ("/", {"ports": frozenset({443})}, "üblichen Anschluss"),
        ("/", {"secure": reading.with_tls}, "nicht sicher"),
        ("/weiter", {}, "andere Adresse"),
        ("/kaputt", {}, "Fehler 500"),
        ("/viel", {"largest": 1_000_000}, "größer als"),
        ("/tropfen", {"seconds": 0.4}, "nicht rechtzeitig"),
        ("/kopf", {"seconds": 0.4}, "nicht rechtzeitig"),
    ],
)  # fmt: skip
def test_what_is_not_followed_not_waited_for_and_not_read(server, path, values, why):
    began = time.monotonic()
    with pytest.raises(ServiceRefused, match=why):
        ask(server, path, **values)
    assert time.monotonic() - began < 1.5
    assert len(server.asked) <= 1 and (path != "/" or not server.asked)


def test_tiles_are_taken_where_their_numbers_are_ours_and_their_address_is_safe():
    said = said_by(WMTS, "wmts", "https://dienst.example/wmts")
    assert [one.name for one in said.layers] == ["luft", "frage"] and said.left_out == 2
    assert said.layers[0].pattern == "https://kacheln.example/normal/WELT/EPSG:3857:{z}/{x}/{y}.jpg"
    assert "TILEMATRIX=EPSG:3857:{z}&TILEROW={y}&TILECOL={x}" in said.layers[1].pattern


def test_objects_only_where_the_service_gives_geojson():
    [layer] = said_by(
        WFS % b"<ows:Value>application/geo+json</ows:Value>", "wfs", "https://d.example/wfs"
    ).layers
    assert "OUTPUTFORMAT=application/geo%2Bjson" in layer.pattern and "COUNT=2000" in layer.pattern
    assert said_by(WFS % b"", "wfs", "https://d.example/wfs").left_out == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (BOMB, "Anweisungen"), (b"<html><body>Fehler</body></html>", "kein WMS, sondern"), (b"\x00\xff", "kein XML"), (b"", "kein XML"),
        (b"<a>" * 100 + b"</a>" * 100, "umfangreich"), (b"<a>" + b"<b/>" * 200_001 + b"</a>", "umfangreich"),
    ],
)  # fmt: skip
def test_answers_that_are_refused(content, why):
    with pytest.raises(ServiceRefused, match=why):
        said_by(content, "wms", "https://d.example/")


def test_a_file_of_another_is_never_fetched():
    outside = b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a>ok</a>'
    assert read_tree(outside).text == "ok"


@pytest.mark.parametrize(
    "pattern",
    ["https://a.example/{z}/{x}.png", "https://{x}.example/{z}/{x}/{y}", "https://a.example/{z}/{x}/{y}/{token}", "http://a.example/{z}/{x}/{y}"],
)  # fmt: skip
def test_patterns_that_are_refused(pattern):
    assert not is_pattern(pattern)
