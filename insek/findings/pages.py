"""How findings are shown."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.thread.models import ItemQuerySet
from insek.web.pages import Column, Filter, ItemPages, register_pages

from .forms import FindingForm
from .models import Finding


def list_context(request: HttpRequest, items: ItemQuerySet) -> dict[str, Any]:
    """How many findings of each type the filters leave, as four doors above the list. One query."""
    counts = dict(items.order_by().values_list("finding__type").annotate(n=Count("pk", distinct=True)))
    return {
        "types": [
            {"key": key, "label": label, "count": counts.get(key, 0)} for key, label in Finding.Type.choices
        ]
    }


register_pages(
    ItemPages(
        kind="finding",
        form=FindingForm,
        detail_template="findings/finding.html",
        list_template="findings/finding_list.html",
        list_context=list_context,
        facts=lambda item: [(_("Art"), item.finding.get_type_display())],
        filters=(
            Filter(
                "typ", gettext_lazy("Art"), lambda request: Finding.Type.choices,
                lambda items, value: items.filter(finding__type=value),
            ),
        ),
        columns=(Column("type", lambda item: item.finding.get_type_display()),),
    )
)  # fmt: skip
