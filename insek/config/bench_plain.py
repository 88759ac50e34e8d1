"""What all measurements are compared with: a list of 25 cards as plain Django makes it, over the same table, served the same way.

A program of its own for granian, with the middleware that Django's own start project has; nothing of INSEK runs in it.
"""

from __future__ import annotations

import os
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

TEMPLATE = """<!doctype html><html lang="de"><head><meta charset="utf-8"><title>{{ title }}</title></head><body>
<h1>{{ title }}</h1><ul>{% for card in cards %}<li><h2><a href="/k/{{ card.pk }}">{{ card.number }} {{ card.title }}</a></h2>
<p>{{ card.text|truncatechars:150 }}</p><p>{{ card.updated_at|date:"j. F Y" }}</p></li>{% endfor %}</ul></body></html>"""


def _configure() -> None:
    from insek.config import settings as ours

    settings.configure(
        SECRET_KEY=os.urandom(32).hex(),
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions",
                        "django.contrib.messages"],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        TEMPLATES=[{
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {"loaders": [("django.template.loaders.cached.Loader",
                                     [("django.template.loaders.locmem.Loader", {"list.html": TEMPLATE})])]},
        }],
        DATABASES=ours.DATABASES,
        LANGUAGE_CODE="de",
        USE_TZ=True,
    )  # fmt: skip
    django.setup()


def cards(request: HttpRequest) -> HttpResponse:
    """The 25 public items of a kind that changed last."""
    from django.db import models
    from django.shortcuts import render

    global _Card
    if _Card is None:

        class Card(models.Model):
            id = models.CharField(primary_key=True, max_length=8)
            concept_id = models.IntegerField()
            kind = models.CharField(max_length=20)
            visibility = models.CharField(max_length=10)
            number = models.CharField(max_length=30)
            title = models.CharField(max_length=300)
            text = models.TextField()
            sort_key = models.CharField(max_length=120)
            updated_at = models.DateTimeField()

            class Meta:
                app_label = "plain"
                managed = False
                db_table = "thread_item"

        _Card = Card
    concept = _Card.objects.values_list("concept_id", flat=True).first()
    rows = _Card.objects.filter(concept_id=concept, kind="contribution", visibility="public")
    return render(request, "list.html", {"title": "Beiträge", "cards": rows.order_by("sort_key", "id")[:25]})


def healthz(request: HttpRequest) -> HttpResponse:
    """It is up."""
    return HttpResponse("ok")


_Card: Any = None
urlpatterns = [path("", cards), path("healthz", healthz)]

if "INSEK_BENCH_PLAIN" in os.environ:
    _configure()
    application = get_wsgi_application()
