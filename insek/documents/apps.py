"""Application settings of the documents room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """Registers the passages on pages of items, what search finds, and the reading in the background."""

    name = "insek.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with earlier rooms what this one adds."""
        from insek.items.more_found import add_further_found
        from insek.items.pages import EVERY_KIND, add_to_detail
        from insek.thread.carrying import Carried, register_carried
        from insek.thread.extensions import register_extension
        from insek.thread.history import register_purged

        from . import finding_again, jobs, labels, outlines, rules  # noqa: F401  (register on import)
        from .keeping import PASSAGES
        from .queries import further_found, passages_of_item

        register_extension(PASSAGES)
        register_carried(Carried("documents.Passage", "item", _("Textstellen")))
        register_carried(Carried("documents.Document", "about", _("Dokumente")))
        register_purged("documents.Passage", ("quotation",), item="item")
        register_purged("documents.Document", ("title", "file_name"))
        register_purged("documents.DocumentPage", ("text", "blocks"))
        register_purged("documents.Outline", ("lines",))
        add_to_detail(EVERY_KIND, passages_of_item)
        add_further_found(further_found)
