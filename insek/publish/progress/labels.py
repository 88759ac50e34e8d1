"""What the fields of a progress report are called."""

from django.utils.translation import gettext_lazy as _

from insek.thread.labels import register_labels

register_labels({"period_from": _("Berichtet wird über die Zeit ab"), "period_to": _("bis")})
