"""What the fields of this room are called."""

from django.utils.translation import gettext_lazy as _

from insek.thread.labels import register_labels

register_labels({"passages": _("Fundstellen")})
