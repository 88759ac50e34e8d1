"""The step of mail: what the operator has set, what is missing, and a test. Nothing of it is kept in the database."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from insek.people.actors import actor_of, require
from insek.people.mail import MailNotSent, can_send, send_mail_to
from insek.people.models import User
from insek.people.requests import posted
from insek.web.context import concept_or_404

from .frame import step_page

SECURITY = {
    "starttls": gettext_lazy("STARTTLS"), "tls": gettext_lazy("TLS"), "none": gettext_lazy("keine, nur im eigenen Netz"),
}  # fmt: skip


class TestMailForm(forms.Form):
    """Where a test goes."""

    address = forms.EmailField(label=gettext_lazy("Testnachricht an"))


@login_required
@require_http_methods(["GET", "POST"])
def mail(request: HttpRequest) -> HttpResponse:
    """What is set, and a test that says in words what the server answers."""
    require(actor_of(request), "people.manage")
    concept_or_404(request)
    user = request.user
    assert isinstance(user, User)
    form = TestMailForm(posted(request), initial={"address": user.email})
    if request.method == "POST" and form.is_valid():
        text = _(
            "Guten Tag,\n\ndiese Nachricht hat INSEK zur Probe gesendet. Wenn Sie sie lesen, funktioniert der Mailserver."
        )
        try:
            send_mail_to(form.cleaned_data["address"], subject=_("Probe von INSEK"), text=text)
        except MailNotSent as error:
            form.add_error("address", str(error))
        else:
            messages.success(
                request,
                _("Der Mailserver hat die Nachricht angenommen. Bitte sehen Sie nach, ob sie ankommt."),
            )
            return redirect("beginning")
    return step_page(
        request, form, _("Womit versendet INSEK Mail?"),
        _("Der Mailserver steht in den Einstellungen des Servers, nicht hier: So liegt sein Passwort weder in der Datenbank noch in einer Sicherung."),
        _("Probe senden"), template="publish/beginning/mail.html", more={"facts": _facts(), "can_send": can_send()},
    )  # fmt: skip


def _facts() -> list[tuple[str, str, str]]:
    """What is set: label, value, variable. The password is only said to be there."""
    return [
        (_("Mailserver"), settings.EMAIL_HOST, "INSEK_MAIL_HOST"),
        (_("Port"), str(settings.EMAIL_PORT) if settings.EMAIL_HOST else "", "INSEK_MAIL_PORT"),
        (_("Verschlüsselung"), str(SECURITY[settings.INSEK_MAIL_SECURITY]) if settings.EMAIL_HOST else "", "INSEK_MAIL_SECURITY"),
        (_("Benutzer"), settings.EMAIL_HOST_USER, "INSEK_MAIL_USER"),
        (_("Passwort"), _("gesetzt") if settings.EMAIL_HOST_PASSWORD else "", "INSEK_MAIL_PASSWORD_FILE"),
        (_("Absenderadresse"), settings.DEFAULT_FROM_EMAIL, "INSEK_MAIL_FROM"),
    ]  # fmt: skip
