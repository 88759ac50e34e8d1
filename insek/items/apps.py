"""Application settings of the pages that all kinds share."""

from django.apps import AppConfig


class ItemsConfig(AppConfig):
    """Rooms declare the pages of their kinds here when the app starts."""

    name = "insek.items"
    label = "items"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make known who may keep and share views, and the pages that rooms below lead to."""
        from insek.people.addresses import register_address

        from . import item_order, lineage, own_pages, page_signs, part_order, row_order, rules, workbooks  # noqa: F401  (register on import)

        for name in (
            "item",
            "item-link",
            "item-merge",
            "item-split",
            "link-edit",
            "ordering",
            "proposal",
            "proposal-list",
        ):
            register_address(name)
