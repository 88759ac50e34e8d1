"""The forms of logins, roles, units and bodies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from insek.engines.text.folding import clean

from .models import Body, Membership, Right, Role, Unit, User


class SignInForm(AuthenticationForm):
    """Name and password, with a message that does not say which of the two was wrong."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _(
            "Anmeldename und Passwort passen nicht zusammen. Bitte achten Sie auch auf Groß- und Kleinschreibung."
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Anmeldename")


CODE_INPUT = forms.TextInput(
    attrs={"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}
)


class CodeForm(forms.Form):
    """A code of the app, or one of the codes on paper."""

    code = forms.CharField(
        max_length=40,
        label=_("Code"),
        help_text=_("Sechs Ziffern aus der App, oder ein Ersatzcode von Ihrem Ausdruck."),
        widget=CODE_INPUT,
    )


class OwnCodeForm(CodeForm):
    """What shall become of the own second factor, with a code to show that it is oneself."""

    act = forms.ChoiceField(
        choices=[
            ("codes", _("Neue Ersatzcodes erzeugen; die alten gelten dann nicht mehr")),
            ("end", _("Zweiten Faktor ausschalten")),
        ],
        widget=forms.RadioSelect,
        label=_("Was soll geschehen?"),
    )
    field_order = ["act", "code"]


class NewFactorForm(forms.Form):
    """The first code of an app, and the password again where the person has one."""

    password = forms.CharField(
        strip=False,
        label=_("Ihr Passwort"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        max_length=40,
        label=_("Code"),
        help_text=_("Sechs Ziffern, die die App jetzt zeigt."),
        widget=CODE_INPUT,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if not user.has_usable_password():
            del self.fields["password"]

    def knows_password(self) -> bool:
        """Whether the password is right, or there is none."""
        return "password" not in self.fields or self.user.check_password(self.cleaned_data["password"])


class PeopleForm(forms.Form):
    """A form whose texts lose what hides or reverses them; ``version`` is the version that was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        """Take out characters that nobody sees."""
        cleaned = super().clean() or self.cleaned_data
        return {
            name: clean(value).strip() if isinstance(value, str) else value for name, value in cleaned.items()
        }

    def values(self) -> dict[str, Any]:
        """What the services take: everything but the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @property
    def expected_version(self) -> int:
        """The version that was opened, 0 where none was sent."""
        return self.cleaned_data.get("version") or 0


class PersonForm(PeopleForm):
    """A login as the administration changes it."""

    first_name = forms.CharField(max_length=150, required=False, label=_("Vorname"))
    last_name = forms.CharField(max_length=150, required=False, label=_("Nachname"))
    email = forms.EmailField(max_length=254, required=False, label=_("E-Mail"))
    unit = forms.ModelChoiceField(
        queryset=Unit.objects.all(),
        required=False,
        label=_("Organisationseinheit"),
        empty_label=_("ohne Angabe"),
        help_text=_("Mit der Rolle Fachstelle darf die Person die Maßnahmen dieser Einheit fortschreiben."),
    )
    is_active = forms.BooleanField(
        required=False,
        label=_("Darf sich anmelden"),
        help_text=_("Ohne Haken ist der Zugang gesperrt; Verlauf und Verknüpfungen bleiben, wie sie sind."),
    )


class NewPersonForm(PersonForm):
    """A new login: its name cannot be changed later, since people sign in with it."""

    username = forms.CharField(
        max_length=150,
        label=_("Anmeldename"),
        help_text=_("Buchstaben, Ziffern und @ . + - _, zum Beispiel m.muster"),
        validators=[User.username_validator],
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
        ),
    )
    field_order = ["username", "first_name", "last_name", "email", "unit"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["is_active"]

    def clean_username(self) -> str:
        """Refuse a name that exists, in whatever case."""
        name = User.normalize_username(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError(_("Diesen Anmeldenamen gibt es schon."))
        return name


class MembershipForm(PeopleForm):
    """From when to when a role is held."""

    starts = forms.DateField(
        required=False,
        label=_("Gilt ab"),
        help_text=_("Leer heißt: ab sofort."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    ends = forms.DateField(
        required=False,
        label=_("Gilt bis einschließlich"),
        help_text=_("Leer heißt: ohne Ende. Bei einem Auftrag: der letzte Tag des Vertrages."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning."""
        cleaned = super().clean()
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", _("Das Ende liegt vor dem Anfang."))
        return cleaned


class RoleForm(forms.Form):
    """How a role is called, and what it allows."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(max_length=100, label=_("Name"))
    name_en = forms.CharField(max_length=100, required=False, label=_("Name auf Englisch"))
    rights = forms.MultipleChoiceField(
        required=False, choices=Right.choices, widget=forms.CheckboxSelectMultiple, label=_("Was sie erlaubt")
    )
    second_factor = forms.BooleanField(
        required=False,
        label=_("Zweiter Faktor verlangt"),
        help_text=_(
            "Die Rolle gilt dann nur für Personen, die einen zweiten Faktor eingerichtet haben. Wer noch keinen hat, kann sich"
            " anmelden, sieht aber bis dahin nur, was ohne diese Rolle zu sehen ist."
        ),
    )


class NewMembershipForm(MembershipForm):
    """A role for somebody, where needed in a body."""

    role = forms.ModelChoiceField(
        queryset=Role.objects.all(), label=_("Rolle"), empty_label=_("Bitte wählen")
    )
    body = forms.ModelChoiceField(
        queryset=Body.objects.all(),
        required=False,
        label=_("Gremium"),
        empty_label=_("ohne Gremium"),
        help_text=_("Nur nötig bei Mitgliedern von Rat, Ausschüssen und örtlichen Gremien."),
    )
    field_order = ["role", "body", "starts", "ends"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        """Refuse a role that the person holds already: its dates are changed there."""
        cleaned = super().clean()
        held = Membership.objects.filter(user=self.user, role=cleaned.get("role"), body=cleaned.get("body"))
        if cleaned.get("role") and held.exists():
            self.add_error("role", _("Diese Rolle hat die Person schon. Ändern Sie dort die Dauer."))
        return cleaned


class GroupRoleForm(PeopleForm):
    """Which role a group at the sign-in service gives."""

    group = forms.CharField(
        max_length=200,
        label=_("Gruppe"),
        help_text=_("Genau so, wie der Anmeldedienst sie nennt; auf Groß- und Kleinschreibung kommt es an."),
    )
    role = forms.ModelChoiceField(
        queryset=Role.objects.all(), label=_("Rolle"), empty_label=_("Bitte wählen")
    )
    body = forms.ModelChoiceField(
        queryset=Body.objects.all(),
        required=False,
        label=_("Gremium"),
        empty_label=_("ohne Gremium"),
        help_text=_("Nur nötig bei Mitgliedern von Rat, Ausschüssen und örtlichen Gremien."),
    )
    unit = forms.ModelChoiceField(
        queryset=Unit.objects.all(),
        required=False,
        label=_("Organisationseinheit"),
        empty_label=_("bleibt, wie sie eingetragen ist"),
        help_text=_("Zu ihr gehört die Person nach der nächsten Anmeldung."),
    )


class UnitForm(PeopleForm):
    """An organisational unit."""

    name = forms.CharField(max_length=200, label=_("Name"))
    name_en = forms.CharField(max_length=200, required=False, label=_("Name auf Englisch"))
    abbreviation = forms.CharField(max_length=20, required=False, label=_("Kürzel"))
    parent = forms.ModelChoiceField(
        queryset=Unit.objects.all(),
        required=False,
        label=_("Gehört zu"),
        empty_label=_("steht an oberster Stelle"),
    )


class BodyForm(PeopleForm):
    """A body that advises or decides."""

    name = forms.CharField(max_length=200, label=_("Name"))
    name_en = forms.CharField(max_length=200, required=False, label=_("Name auf Englisch"))
    kind = forms.ChoiceField(choices=Body.Kind.choices, label=_("Art"))
