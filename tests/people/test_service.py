"""Signing in over the city's own sign-in service: who gets in, with which roles, and what is tried against it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.checks import run_checks
from django.test import Client
from django.urls import NoReverseMatch, reverse

from insek.people import provider
from insek.people.actors import PROGRAM, actor_for
from insek.people.arriving import unlink
from insek.people.groups import add_group_role, groups_in
from insek.people.models import Body, GroupRole, Membership, Role, RoleChange, User
from insek.people.services import give_role
from insek.publish.staff import home  # noqa: F401  (the own area)
from tests.factories import make_unit, make_user
from tests.people.sign_in_service import CLIENT, ISSUER, OTHER_KEY, SECRET, FakeService, FakeSession
from tests.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(settings, monkeypatch, concept):
    settings.INSEK_OIDC_ISSUER, settings.INSEK_OIDC_CLIENT, settings.INSEK_OIDC_SECRET = (
        ISSUER,
        CLIENT,
        SECRET,
    )
    settings.INSEK_OIDC_NAME = "Stadtkonto"
    made = FakeService()
    monkeypatch.setattr(provider.CityAccounts, "get_requests_session", lambda self: FakeSession(made))
    add_group_role(
        group="insek-planung", role=Role.objects.get(pk="planner"), body=None, unit=None, actor=PROGRAM
    )
    return made


def roles_of(user):
    return set(user.memberships.values_list("role", flat=True))


def is_signed_in(client):
    return client.get("/anmelden/noch-da").status_code == 200


def test_without_settings_there_is_no_door(concept, client):
    assert client.get("/anmelden/dienst/").status_code == 404
    assert client.get("/anmelden/dienst/zurueck/?state=x&code=y").status_code == 404
    assert "anmelden/dienst" not in client.get("/anmelden/").content.decode()
    for name in (
        "account_login",
        "account_signup",
        "socialaccount_signup",
        "mfa_index",
        "openid_connect_login",
    ):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    assert client.get("/accounts/signup/").status_code == 404


def test_the_first_sign_in_makes_a_login_without_a_password_with_the_roles_of_the_groups(service):
    unit = make_unit("tiefbau")
    row = GroupRole.objects.get()
    row.unit = unit
    row.save()
    client = Client()
    assert "Anmelden über Stadtkonto" in words(client.get("/anmelden/"))
    answer = service.sign_in(client, next_url="/ziele/")
    assert (answer.status_code, answer["Location"]) == (302, "/ziele/")
    assert is_signed_in(client)
    user = User.objects.get(username="m.muster")
    assert (str(user), user.email, user.unit) == ("Mara Muster", "m.muster@musterstadt.example", unit)
    assert not user.has_usable_password() and roles_of(user) == {"planner"}
    assert SocialAccount.objects.get().extra_data == {}
    change = RoleChange.objects.get()
    assert (change.act, change.by, change.by_group) == ("given", None, True)
    assert service.asked["scope"].split()[0] == "openid" or "openid" in service.asked["scope"].split()
    assert service.asked["redirect_uri"] == "http://testserver/anmelden/dienst/zurueck/"
    assert service.asked["code_challenge_method"] == "S256"


def test_roles_come_and_go_with_the_groups_and_what_is_given_by_hand_stays(service):
    service.sign_in()
    user = User.objects.get(username="m.muster")
    give_role(user, role=Role.objects.get(pk="auditor"), actor=PROGRAM)
    body = Body.objects.create(key="rat", name="Rat", kind="council")
    add_group_role(
        group="fraktionen", role=Role.objects.get(pk="council"), body=body, unit=None, actor=PROGRAM
    )
    service.claims["groups"] = ["fraktionen"]
    service.sign_in()
    assert roles_of(user) == {"auditor", "council"} and user.memberships.get(role="council").body == body
    service.claims["groups"] = []
    client = Client()
    service.sign_in(client)
    assert roles_of(user) == {"auditor"} and is_signed_in(client)
    assert list(RoleChange.objects.filter(user=user, by_group=True).values_list("role", "act").order_by("pk")) == [
        ("planner", "given"), ("council", "given"), ("planner", "ended"), ("council", "ended"),
    ]  # fmt: skip
    assert User.objects.count() == 1


def test_a_role_of_a_group_that_an_administrator_gives_by_hand_stays(service):
    service.sign_in()
    user = User.objects.get()
    give_role(user, role=Role.objects.get(pk="planner"), actor=PROGRAM)
    service.claims["groups"] = []
    service.sign_in()
    assert roles_of(user) == {"planner"}


def test_a_missing_claim_of_groups_gives_none_and_takes_what_came_from_groups(service):
    service.sign_in()
    del service.claims["groups"]
    service.sign_in()
    assert roles_of(User.objects.get()) == set()
    service.claims |= {"sub": "sub-2", "email": "x@musterstadt.example"}
    client = Client()
    answer = service.sign_in(client)
    assert answer.status_code == 403 and "keine Ihrer Gruppen" in words(answer) and not is_signed_in(client)
    assert User.objects.count() == 1


@pytest.mark.parametrize("said", [{"a": 1}, 7, [["insek-planung"]], [1], ["x"] * 2001, True])
def test_a_malformed_claim_of_groups_lets_nobody_in_and_changes_nothing(service, said):
    service.sign_in()
    service.claims["groups"] = said
    client = Client()
    answer = service.sign_in(client)
    assert answer.status_code == 403 and "nennt Ihre Gruppen nicht so" in words(answer)
    assert not is_signed_in(client) and roles_of(User.objects.get()) == {"planner"}


def test_groups_are_read_where_the_setting_says():
    claims = {"realm_access": {"roles": ["a", "/b"]}, "https://x.example/g": "c"}
    assert groups_in(claims, "realm_access.roles") == {"a", "b"}
    assert groups_in(claims, "https://x.example/g") == {"c"}
    assert groups_in(claims, "groups") == groups_in({"groups": None}, "groups") == frozenset()


def test_the_last_administrator_is_not_taken_away_by_a_group(service):
    user = make_user("administrator", username="chef")
    user.memberships.update(by_group=True)
    SocialAccount.objects.create(user=user, provider=ISSUER, uid="sub-1")
    service.sign_in()
    assert roles_of(user) == {"administrator", "planner"}


def test_a_name_at_the_service_never_opens_the_login_of_somebody_else_here(service):
    other = make_user("administrator", username="M.MUSTER")
    service.claims["email"] = "neu@musterstadt.example"
    client = Client()
    service.sign_in(client)
    made = SocialAccount.objects.get().user
    assert made != other and made.username == "m.muster-2"
    assert actor_for(made).roles == ("planner",)


@pytest.mark.parametrize("verified", [True, False, "true", None, 1])
@pytest.mark.parametrize("rule", ["never", "verified-address"])
def test_an_address_links_only_where_it_is_confirmed_and_the_rule_is_on(service, settings, rule, verified):
    settings.INSEK_OIDC_LINK = rule
    other = make_user("administrator", username="chefin", email="M.Muster@musterstadt.example")
    service.claims["email_verified"] = verified
    client = Client()
    answer = service.sign_in(client)
    if rule == "verified-address" and verified is True:
        assert answer.status_code == 302 and SocialAccount.objects.get().user == other
        assert other.access_changes.get().act == "linked" and other.has_usable_password()
        service.claims |= {"sub": "sub-2"}  # somebody else with the same address
        assert service.sign_in().status_code == 403
    else:
        assert answer.status_code == 403 and "gibt es hier schon einen Zugang" in words(answer)
        assert not is_signed_in(client) and not SocialAccount.objects.exists()
    assert User.objects.count() == 1


def test_an_address_that_two_have_links_nobody(service, settings):
    settings.INSEK_OIDC_LINK = "verified-address"
    for name in ("a", "b"):
        make_user("planner", username=name, email="m.muster@musterstadt.example")
    assert service.sign_in().status_code == 403
    assert not SocialAccount.objects.exists()


def test_an_unconfirmed_address_is_not_kept(service):
    service.claims["email_verified"] = False
    service.sign_in()
    assert User.objects.get().email == ""


def test_a_linked_person_is_known_by_the_key_whatever_address_comes(service, settings):
    settings.INSEK_OIDC_LINK = "verified-address"
    service.sign_in()
    chef = make_user("administrator", username="chef", email="chef@musterstadt.example")
    service.claims |= {"email": "chef@musterstadt.example", "preferred_username": "chef"}
    client = Client()
    service.sign_in(client)
    assert client.session["_auth_user_id"] != str(chef.pk)
    assert User.objects.get(username="m.muster").email == "m.muster@musterstadt.example"


def test_a_locked_person_stays_outside_and_an_unlinked_one_too(service):
    service.sign_in()
    user = User.objects.get()
    User.objects.update(is_active=False)
    answer = service.sign_in()
    assert answer.status_code == 403 and "gesperrt" in words(answer)
    User.objects.update(is_active=True)
    assert unlink(user, actor=PROGRAM)
    assert service.sign_in().status_code == 403  # its address is that of a login that is not linked
    assert [change.act for change in user.access_changes.all()] == ["unlinked", "made"]


def test_another_issuer_makes_another_person(service, settings):
    service.sign_in()
    SocialAccount.objects.update(provider="https://alt.musterstadt.example")
    assert service.sign_in().status_code == 403


def test_a_state_is_worth_something_once_and_in_its_own_browser(service):
    client, other = Client(), Client()
    service.begin(client)
    assert service.come_back(other).status_code == 403 and not is_signed_in(other)
    assert service.come_back(client).status_code == 302
    client.post("/abmelden/")
    answer = service.come_back(client)
    assert (
        answer.status_code == 403
        and "Bitte beginnen Sie von vorn." in words(answer)
        and not is_signed_in(client)
    )
    assert client.get("/anmelden/dienst/zurueck/?code=x").status_code == 403
    assert client.get("/anmelden/dienst/zurueck/?code=x&state=erfunden").status_code == 403


FORGED = {
    "another issuer": {"token": {"iss": "https://boese.example"}},
    "another program": {"token": {"aud": "anderes"}},
    "several programs": {"token": {"aud": [CLIENT, "anderes"]}},
    "for another program": {"token": {"aud": [CLIENT], "azp": "anderes"}},
    "over": {"token": {"exp": 1000}},
    "of another attempt": {"token": {"nonce": "anderes"}},
    "of no attempt": {"token": {"nonce": None}},
    "of nobody": {"token": {"sub": None}},
    "of somebody else": {"token": {"sub": "sub-9"}},
    "userinfo of somebody else": {"userinfo": {"sub": "sub-9"}},
    "another key": {"key": OTHER_KEY},
    "a shared secret": {"key": SECRET * 3, "algorithm": "HS256"},
    "no signature": {"key": None, "algorithm": "none"},
    "described as another": {"described": {"issuer": "https://boese.example"}},
    "keys over http": {"described": {"jwks_uri": "http://konto.musterstadt.example/certs"}},
    "no keys": {"described": {"jwks_uri": None}},
}


@pytest.mark.parametrize("lie", FORGED)
def test_what_is_not_said_by_the_service_itself_is_not_believed(service, lie, caplog):
    client = Client()
    service.begin(client)
    for name, value in FORGED[lie].items():
        old = getattr(service, name)
        setattr(service, name, {**old, **value} if isinstance(old, dict) else value)
    answer = service.come_back(client)
    assert answer.status_code == 403 and not is_signed_in(client) and not User.objects.exists()
    assert "sub-1" not in caplog.text


def test_an_answer_of_another_issuer_is_refused(service):
    client = Client()
    service.begin(client)
    assert service.come_back(client, iss="https://boese.example").status_code == 403
    service.begin(client)
    assert service.come_back(client, iss=ISSUER).status_code == 302


@pytest.mark.parametrize(
    "wanted", ["https://boese.example/", "//boese.example", "/\\boese.example", "javascript:alert(1)"]
)
def test_nobody_is_led_to_another_site(service, wanted):
    answer = service.sign_in(next_url=wanted)
    assert (answer.status_code, answer["Location"]) == (302, "/mein-bereich/")


def test_what_the_address_asks_for_is_not_passed_on(service):
    client = Client()
    answer = client.get(
        "/anmelden/dienst/?scope=admin&auth_params=prompt%3Dnone&process=connect&action=reauthenticate"
    )
    asked = parse_qs(urlsplit(answer["Location"]).query)
    assert "prompt" not in asked and set(asked["scope"][0].split()) == {"openid", "profile", "email"}
    service.asked = {name: values[0] for name, values in asked.items()}
    assert service.come_back(client).status_code == 302 and SocialAccount.objects.count() == 1


def test_a_cancelled_sign_in_says_so_in_the_language_in_which_it_began(service):
    client = Client()
    service.begin(client, language="/en")
    answer = client.get(
        "/anmelden/dienst/zurueck/", {"state": service.asked["state"], "error": "access_denied"}
    )
    assert answer.status_code == 403 and "You cancelled" in words(answer)
    service.begin(client)
    answer = client.get("/anmelden/dienst/zurueck/", {"state": service.asked["state"], "error": "<script>"})
    assert answer.status_code == 403 and "<script>" not in answer.content.decode().replace(
        '<script type="module"', ""
    )


def test_a_service_that_does_not_answer_is_said_and_passwords_still_work(service):
    service.is_down = True
    answer = Client().get("/anmelden/dienst/")
    assert answer.status_code == 503 and "antwortet nicht" in words(answer)
    user, client = make_user("planner"), Client()
    assert (
        client.post("/anmelden/", {"username": user.username, "password": "geheim-geheim"}).status_code == 302
    )


@pytest.mark.parametrize(
    "broken",
    [{"token_endpoint": 7}, {"issuer": None}, {"authorization_endpoint": ""}, {"userinfo_endpoint": []}],
)
def test_a_service_that_describes_itself_wrongly_is_not_asked(service, broken):
    service.described |= broken
    assert Client().get("/anmelden/dienst/").status_code in {403, 503}


def test_the_ways_are_limited(service, monkeypatch):
    from insek.people.views import service as views

    monkeypatch.setattr(views, "MOST_HERE", views.MOST_HERE._replace(most=3))
    answers = [Client().get("/anmelden/dienst/").status_code for _number in range(4)]
    assert answers == [302, 302, 302, 429]


def test_signing_out_here_leads_to_signing_out_there(service, settings):
    settings.INSEK_ORIGIN = "https://insek.musterstadt.example"
    client = Client()
    service.sign_in(client)
    assert service.asked["redirect_uri"] == "https://insek.musterstadt.example/anmelden/dienst/zurueck/"
    answer = client.post("/abmelden/")
    assert not is_signed_in(client) and "Auch dort abmelden" in words(answer)
    address = answer.context["service_url"]
    asked = parse_qs(urlsplit(address).query)
    assert (
        address.startswith(f"{ISSUER}/logout?") and asked["client_id"] == [CLIENT] and asked["id_token_hint"]
    )
    assert asked["post_logout_redirect_uri"] == ["https://insek.musterstadt.example/"]
    assert "noreferrer" in answer.content.decode()
    user = make_user("planner")
    client.force_login(user)
    assert client.post("/abmelden/")["Location"] == "/"


def test_a_session_over_the_service_ends_like_any_other(service, settings):
    client = Client()
    service.sign_in(client)
    assert client.session.get("extended") and client.session.get_expiry_age() <= settings.SESSION_COOKIE_AGE


def test_names_from_the_service_are_cleaned_and_do_not_collide(service):
    service.claims |= {
        "preferred_username": "  \u202e<b>ü m\n",
        "given_name": "A" * 400,
        "family_name": ["x"],
        "name": "\u0000Ute",
    }
    service.sign_in()
    user = User.objects.get()
    assert user.username == "büm" and len(user.first_name) == 150 and user.last_name == "Ute"


def test_what_an_administrator_sees_and_does(service, as_role):
    service.sign_in()
    user = User.objects.get()
    admin = as_role("administrator")
    page = words(admin.get(f"/personen/{user.pk}/"))
    assert "Verbunden mit einem Konto beim Stadtkonto" in page and "durch eine Gruppe beim Stadtkonto" in page
    assert "Ein Passwort gibt es hier nicht." in page and "durch den Anmeldedienst" in page
    page = words(admin.get("/personen/gruppen/"))
    assert "insek-planung" in page and ISSUER in page and SECRET not in page
    assert "insek" in page and admin.get(f"/personen/{user.pk}/anmeldedienst").status_code == 200
    assert admin.post(f"/personen/{user.pk}/anmeldedienst").status_code == 302
    assert not SocialAccount.objects.exists()
    assert as_role("project-lead").get("/personen/gruppen/").status_code == 403


def test_the_table_of_groups_is_kept_in_the_browser_and_never_over_each_other(service, as_role):
    admin = as_role("administrator")
    new = {"group": "/insek-pruefung", "role": "auditor", "body": "", "unit": ""}
    assert admin.post("/personen/gruppen/neu", new).status_code == 302
    row = GroupRole.objects.get(group="insek-pruefung")
    assert admin.post("/personen/gruppen/neu", new).status_code == 400
    address = f"/personen/gruppen/{row.pk}/"
    changed = {**new, "group": "insek-prüfung", "version": 1}
    assert admin.post(address, changed).status_code == 302
    assert admin.post(address, {**changed, "group": "anderes"}).status_code == 409
    assert admin.post(f"{address}entfernen", {"version": 1}).status_code == 409
    assert admin.post(f"{address}entfernen", {"version": 2}).status_code == 302
    assert not GroupRole.objects.filter(pk=row.pk).exists() and Membership.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"INSEK_OIDC_ISSUER": "http://konto.musterstadt.example"}, "keine https-Adresse"),
        ({"INSEK_OIDC_ISSUER": f"{ISSUER}/.well-known/openid-configuration"}, "Selbstauskunft"),
        ({"INSEK_OIDC_SECRET": ""}, "INSEK_OIDC_SECRET fehlt"),
        ({"INSEK_OIDC_CLIENT": ""}, "INSEK_OIDC_CLIENT fehlt"),
        ({"INSEK_OIDC_ISSUER": ""}, "kein INSEK_OIDC_ISSUER"),
        ({"INSEK_OIDC_LINK": "immer"}, "INSEK_OIDC_LINK"),
        ({"INSEK_OIDC_SECOND_FACTOR": "nie"}, "INSEK_OIDC_SECOND_FACTOR"),
        ({"INSEK_ORIGIN": ""}, "INSEK_ORIGIN fehlt"),
    ],
)
def test_half_a_description_is_refused(service, settings, wrong, said):
    settings.INSEK_ORIGIN = "https://insek.musterstadt.example"
    assert not [each for each in run_checks(tags=["security"]) if each.id == "insek.E009"]
    for name, value in wrong.items():
        setattr(settings, name, value)
    found = [each for each in run_checks(tags=["security"]) if each.id == "insek.E009"]
    assert found and said in found[0].msg


def test_the_check_asks_the_service_how_it_describes_itself(service):
    from insek.config.service_check import ServiceUnasked, problems_of_service

    assert problems_of_service() == []
    service.described |= {
        "issuer": "https://anders.example",
        "scopes_supported": ["openid", "email"],
        "jwks_uri": "http://x.example",
    }
    found = " ".join(problems_of_service())
    assert (
        "nennt sich 'https://anders.example'" in found
        and "profile kennt der Dienst nicht" in found
        and "jwks_uri" in found
    )
    service.is_down = True
    with pytest.raises(ServiceUnasked):
        problems_of_service()
