"""What the short lists of the interface answer: fields, themes, plan signs, steps and editions of the concept."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse

from insek.concept.models import Concept, Edition
from insek.documents.models import Document
from insek.people.actors import ANONYMOUS
from insek.thread.models import Item
from insek.web.context import concept_of

from .answers import Answer, columns


def _rows(concept: Concept | None, name: str) -> list[Any]:
    rows = getattr(concept, name) if concept else None
    if rows is None:
        return []
    return list(rows.valid() if name == "fields" else rows.all())


def field_answers(request: HttpRequest) -> list[Answer]:
    """The fields of action."""
    names = (
        "key", "position", "name", "name_en", "colour", "aim", "aim_en", "aim_source_url", "standing", "perspective",
        "perspective_en", "perspective_standing",
    )  # fmt: skip
    return [
        {**columns(field, *names), "url": request.build_absolute_uri(field.url)}
        for field in _rows(concept_of(request), "fields")
    ]


def theme_answers(request: HttpRequest) -> list[Answer]:
    """The cross-cutting themes."""
    return [
        columns(theme, "key", "position", "name", "name_en") for theme in _rows(concept_of(request), "themes")
    ]


def sign_answers(request: HttpRequest) -> list[Answer]:
    """The plan signs in the order of the legend, retired ones too: something may be drawn with them."""
    names = (
        "key", "position", "name", "name_en", "shape", "colour", "letter", "hatch", "dash", "width", "arrow", "explanation",
        "explanation_en", "retired_on",
    )  # fmt: skip
    return [
        {**columns(sign, *names), "width": float(sign.width)}
        for sign in _rows(concept_of(request), "plan_signs")
    ]


def milestone_answers(request: HttpRequest) -> list[Answer]:
    """The steps of the process."""
    names = (
        "key", "date", "date_precision", "date_end", "title", "title_en", "text", "kind", "people", "standing",
        "source_url",
    )  # fmt: skip
    return [
        {**columns(step, *names), "kind_label": step.get_kind_display()}
        for step in _rows(concept_of(request), "milestones")
    ]


def document_answers(request: HttpRequest) -> list[Answer]:
    """The documents that are released, the latest first; of what they are about only what everybody sees. Three queries."""
    rows = (
        Document.objects.visible_to(ANONYMOUS).filter(concept=concept_of(request)).select_related("edition")
    )
    found = list(rows.annotate(page_count=Count("pages")))
    about = Item.objects.visible_to(ANONYMOUS).filter(pk__in=[row.about_id for row in found if row.about_id])
    seen = set(about.values_list("pk", flat=True))
    return [
        {
            **columns(row, "sha256", "title", "kind", "date", "format", "size", "is_scan"),
            "kind_label": row.get_kind_display(),
            "edition": row.edition.key if row.edition and _is_told(row.edition) else None,
            "about": row.about_id if row.about_id in seen else None,
            "pages": row.page_count or None,
            "url": request.build_absolute_uri(reverse("document", args=[row.pk])),
            "file_url": request.build_absolute_uri(reverse("document-file", args=[row.pk])),
        }
        for row in found
    ]


def _is_told(edition: Edition) -> bool:
    """Whether everybody may know of an edition."""
    return edition.status != Edition.Status.DRAFT or edition.is_announced


def edition_answers(request: HttpRequest) -> list[Answer]:
    """The editions, with the visible resolutions that adopted them."""
    adopting = dict(
        Item.objects.visible_to(ANONYMOUS)
        .filter(kind="resolution", resolution__edition__isnull=False)
        .values_list("resolution__edition", "pk")
    )
    return [
        {
            **columns(
                edition,
                "key",
                "title",
                "title_en",
                "status",
                "standing",
                "date",
                "sha256",
                "filed_on",
                "filed_sha256",
                "entered_on",
            ),
            "resolution": adopting.get(edition.pk),
            "url": request.build_absolute_uri(reverse("edition", args=[edition.key])),
            "package_url": request.build_absolute_uri(reverse("edition-package", args=[edition.key]))
            if edition.archive
            else None,
            "filed_package_url": request.build_absolute_uri(
                reverse("edition-filed-package", args=[edition.key])
            )
            if edition.filed_archive
            else None,
        }
        for edition in _rows(concept_of(request), "editions")
        if _is_told(edition)
    ]
