"""The city's colour and logo: readable, by what they hold, harmless when opened alone."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from insek.thread.models import Change

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def lead(as_role, concept, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return as_role("project-lead")


def send(client, concept, **data):
    concept.refresh_from_db()
    return client.post(reverse("beginning-look"), {"version": concept.version, **data})


@pytest.mark.django_db
def test_a_colour_stands_on_every_page_and_reads_by_day_and_night(client, lead, concept):
    assert client.get(reverse("city-style")).status_code == 404
    send(lead, concept, has_own="on", colour="#a01030")
    concept.refresh_from_db()
    page = client.get(reverse("start")).content.decode()
    assert f"{reverse('city-style')}?{concept.version}" in page
    style = client.get(reverse("city-style"))
    assert "--forest: light-dark(#a01030, #" in style.content.decode() and style["Content-Type"].startswith(
        "text/css"
    )
    assert Change.objects.filter(concept=concept, item_id="").latest("pk").differences["colour"] == [
        "",
        "#a01030",
    ]
    send(lead, concept, colour="#a01030")  # without a colour of one's own
    assert reverse("city-style") not in client.get(reverse("start")).content.decode()


@pytest.mark.django_db
def test_a_pale_colour_is_refused_with_the_next_that_will_do(lead, concept):
    page = send(lead, concept, has_own="on", colour="#ffd000").content.decode()
    assert "Kontrast ist nur 1,4 : 1" in page and "Die nächste Farbe, die genügt: #" in page
    assert "ist kein" not in page


@pytest.mark.django_db
def test_a_logo_is_shown_and_runs_nothing(client, lead, concept):
    drawn = b"<?xml version='1.0'?><!-- " + b"drawn by a program that says much " * 60 + b"-->" + SVG
    send(lead, concept, logo=SimpleUploadedFile("wappen.svg", drawn))
    assert reverse("city-logo") in client.get(reverse("start")).content.decode()
    answer = client.get(reverse("city-logo"))
    assert b"".join(answer.streaming_content) == drawn and answer["Content-Type"] == "image/svg+xml"
    assert (
        "sandbox" in answer["Content-Security-Policy"] and "script" not in answer["Content-Security-Policy"]
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    send(lead, concept, without_logo="on")
    assert client.get(reverse("city-logo")).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "said"),
    [(b"GIF89a", "kein Bild"), (b"<html>", "kein Bild"), (PNG + bytes(600_000), "größer als 500 KB")],
)
def test_what_is_no_logo_is_refused(lead, concept, content, said):
    assert said in send(lead, concept, logo=SimpleUploadedFile("logo.png", content)).content.decode()
    concept.refresh_from_db()
    assert not concept.logo
