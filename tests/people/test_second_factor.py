"""The second factor: set up by the person, asked for by every way in, demanded by roles, reset with history."""

from __future__ import annotations

import json
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from insek.notices.persons import look_up_users
from insek.people import second_factor
from insek.people.actors import actor_for
from insek.people.models import Role, User
from insek.people.second_factor import new_secret, reset, set_up
from tests.factories import make_actor, make_item, make_user
from tests.people.sign_in_service import FakeService
from tests.people.test_service import is_signed_in
from tests.people.test_service import service as service
from tests.reading import words

pytestmark = pytest.mark.django_db
PASSWORD = "geheim-geheim"


def code_of(secret, step=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


@pytest.fixture
def person(concept):
    """Somebody with a second factor: the user, the secret of the app, the codes on paper."""
    user, secret = make_user("planner", username="m.muster"), new_secret()
    return user, secret, set_up(user, secret)


def begin(user, client=None, **more):
    client = client or Client()
    answer = client.post("/anmelden/", {"username": user.username, "password": PASSWORD, **more})
    return client, answer


def answer_with(client, code):
    return client.post("/anmelden/zweiter-faktor/", {"code": code})


def test_it_is_set_up_with_password_and_code_and_the_paper_is_shown_once(concept):
    user, client, other = make_user("planner"), Client(), Client()
    for each in (client, other):
        each.force_login(user)
    page = client.get("/zweiter-faktor/").content.decode()
    secret = re.search(r"factor-secret\">([A-Z2-7 ]+)<", page)[1].replace(" ", "")
    assert "<svg" in page and "http" not in re.search(r"<svg.*?</svg>", page, re.S)[0]
    wrong = client.post("/zweiter-faktor/", {"password": "falsch", "code": code_of(secret)})
    assert wrong.status_code == 400 and "Das ist nicht Ihr Passwort." in words(wrong)
    assert client.post("/zweiter-faktor/", {"password": PASSWORD, "code": "000000"}).status_code == 400
    answer = client.post(
        "/zweiter-faktor/", {"password": PASSWORD, "code": f" {code_of(secret)[:3]} {code_of(secret)[3:]}"}
    )
    codes = re.findall(r"<code>(\d{4}-\d{4}-\d{4})</code>", answer.content.decode())
    assert len(codes) == len(set(codes)) == 10 and "no-store" in answer["Cache-Control"]
    assert is_signed_in(client) and not is_signed_in(other)
    assert codes[0] not in client.get("/zweiter-faktor/").content.decode()
    assert [change.act for change in user.access_changes.all()] == ["factor_set"]
    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept and "secret" in kept


def test_a_password_alone_lets_nobody_in(person):
    user, secret, _codes = person
    client, answer = begin(user, next="/ziele/")
    assert (answer["Location"], is_signed_in(client)) == ("/anmelden/zweiter-faktor/", False)
    assert client.get("/mein-bereich/").status_code == 302
    assert answer_with(client, "123456").status_code == 200 and not is_signed_in(client)
    answer = answer_with(client, code_of(secret))
    assert answer["Location"] == "/ziele/" and is_signed_in(client)
    assert client.get("/anmelden/zweiter-faktor/")["Location"] == "/anmelden/"


def test_a_code_counts_once_in_all_processes(person, monkeypatch):
    user, secret, codes = person
    from django.core.cache import cache

    code = code_of(secret)
    client, _answer = begin(user)
    assert answer_with(client, code).status_code == 302
    cache.clear()  # another process
    client, _answer = begin(user)
    assert answer_with(client, code).status_code == 200 and not is_signed_in(client)
    assert answer_with(client, codes[0]).status_code == 302
    client, _answer = begin(user)
    assert answer_with(client, codes[0]).status_code == 200
    assert answer_with(client, codes[1].replace("-", " ")).status_code == 302
    assert second_factor.paper_codes_left(user) == 8
    assert user.access_changes.filter(act="code_used").count() == 2


def test_codes_are_not_guessed(person):
    user, secret, codes = person
    client, _answer = begin(user)
    for number in range(10):
        assert answer_with(client, f"{number:06}").status_code == 200
    for again in (client, begin(user)[0]):  # another session does not begin anew
        answer = answer_with(again, code_of(secret))
        assert answer.status_code == 429 and "zu oft ein falscher Code" in words(answer)
        assert answer_with(again, codes[0]).status_code == 429 and not is_signed_in(again)


def test_whoever_waits_for_a_code_does_not_wait_for_ever_nor_for_another_password(person, monkeypatch):
    user, secret, _codes = person
    client, _answer = begin(user)
    User.objects.get(pk=user.pk)
    user.set_password("ein-anderes-Passwort-42")
    user.save()
    assert answer_with(client, code_of(secret))["Location"] == "/anmelden/"
    user.set_password(PASSWORD)
    user.save()
    client, _answer = begin(user)
    later = time.time() + 601
    monkeypatch.setattr("insek.people.signing_in.time.time", lambda: later)
    assert answer_with(client, code_of(secret))["Location"] == "/anmelden/" and not is_signed_in(client)
    monkeypatch.undo()
    client, _answer = begin(user)
    User.objects.update(is_active=False)
    assert answer_with(client, code_of(secret))["Location"] == "/anmelden/"


def test_the_link_to_a_new_password_leads_to_the_code_and_leaves_the_factor(person):
    user, secret, _codes = person
    parts = urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)
    client = Client()
    address = client.get(f"/kennwort/waehlen/{parts[0]}/{parts[1]}/")["Location"]
    new = "Lampe Fjord Käse neun"
    answer = client.post(address, {"new_password1": new, "new_password2": new})
    assert answer["Location"] == "/anmelden/zweiter-faktor/" and not is_signed_in(client)
    user.refresh_from_db()
    assert user.factor_key and user.check_password(new)
    assert answer_with(client, code_of(secret)).status_code == 302 and is_signed_in(client)


def test_without_a_factor_the_link_to_a_new_password_signs_in(concept):
    user, client = make_user("planner"), Client()
    parts = urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)
    address = client.get(f"/kennwort/waehlen/{parts[0]}/{parts[1]}/")["Location"]
    answer = client.post(
        address, {"new_password1": "Lampe Fjord Käse neun", "new_password2": "Lampe Fjord Käse neun"}
    )
    assert answer["Location"] == "/mein-bereich/" and is_signed_in(client)


@pytest.mark.parametrize("asks", ["own", "provider"])
def test_the_sign_in_service_is_no_way_round_it(service: FakeService, settings, asks):
    settings.INSEK_OIDC_SECOND_FACTOR = asks
    service.sign_in()
    user, secret = User.objects.get(), new_secret()
    set_up(user, secret)
    client = Client()
    answer = service.sign_in(client)
    assert is_signed_in(client) == (asks == "provider")
    if asks == "own":
        assert answer["Location"] == "/anmelden/zweiter-faktor/"
        assert answer_with(client, code_of(secret)).status_code == 302
        assert "Auch dort abmelden" in words(client.post("/abmelden/"))


def demand(key, second_factor=True):
    Role.objects.filter(pk=key).update(second_factor=second_factor)


def test_a_role_that_demands_it_counts_only_with_it(concept):
    item, user = make_item("goal", visibility="internal"), make_user("planner")
    client = Client()
    client.force_login(user)
    assert client.get(f"/k/{item.pk}", follow=True).status_code == 200
    demand("planner")
    assert client.get(f"/k/{item.pk}", follow=True).status_code == 404
    page = client.get("/mein-bereich/").content.decode()
    assert "Jetzt einrichten" in page
    actor = actor_for(user)
    assert (actor.roles, actor.roles_in_waiting, actor.rights) == ((), ("planner",), frozenset())
    assert look_up_users([str(user.pk)])[str(user.pk)].actor.rights == frozenset()  # nor does mail tell it
    assert begin(user)[1]["Location"] == "/zweiter-faktor/"
    set_up(user, new_secret())
    client.force_login(user)
    assert client.get(f"/k/{item.pk}", follow=True).status_code == 200
    assert "Jetzt einrichten" not in client.get("/mein-bereich/").content.decode()


def test_the_page_that_sets_it_up_does_not_lead_to_itself_and_what_follows_asks_for_nothing_more(concept):
    user, client = make_user("planner"), Client()
    client.force_login(user)
    demand("planner")
    page = client.get("/zweiter-faktor/").content.decode()
    assert "Jetzt einrichten" not in page and "Diese Rolle gilt für Sie erst" in page
    secret = re.search(r"factor-secret\">([A-Z2-7 ]+)<", page)[1].replace(" ", "")
    codes = client.post("/zweiter-faktor/", {"password": PASSWORD, "code": code_of(secret)})
    assert codes.status_code == 200 and "Jetzt einrichten" not in codes.content.decode()


def test_another_role_of_the_same_person_goes_on(concept):
    user = make_user("planner")
    user.memberships.create(role_id="auditor")
    demand("planner")
    assert actor_for(user).roles == ("auditor",) and actor_for(user).sees_internal


def test_where_the_service_asks_only_those_without_a_password_are_believed(service: FakeService, settings):
    settings.INSEK_OIDC_SECOND_FACTOR = "provider"
    demand("planner")
    service.sign_in()
    user = User.objects.get()
    assert actor_for(user).roles == ("planner",)
    user.set_password(PASSWORD)  # a second way in, without a second factor
    assert actor_for(user).roles_in_waiting == ("planner",)
    settings.INSEK_OIDC_SECOND_FACTOR = "own"
    user.set_unusable_password()
    assert actor_for(user).roles_in_waiting == ("planner",)


def test_it_is_switched_off_and_the_paper_renewed_with_a_code_alone(person):
    user, _secret, codes = person
    client, other = Client(), Client()
    client.force_login(user)
    other.force_login(user)
    for act in ("end", "codes"):
        assert client.post("/zweiter-faktor/aendern", {"act": act, "code": "000000"}).status_code == 400
    assert client.post("/zweiter-faktor/aendern", {"act": "anders", "code": codes[0]}).status_code == 400
    answer = client.post("/zweiter-faktor/aendern", {"act": "codes", "code": codes[0]})
    new = re.findall(r"<code>([\d-]+)</code>", answer.content.decode())
    assert len(new) == 10 and not set(new) & set(codes)
    assert client.post("/zweiter-faktor/aendern", {"act": "end", "code": codes[1]}).status_code == 400
    assert client.post("/zweiter-faktor/aendern", {"act": "end", "code": new[0]}).status_code == 302
    user.refresh_from_db()
    assert not user.factor_key and not Authenticator.objects.exists()
    assert is_signed_in(client) and not is_signed_in(other)
    assert begin(user)[1]["Location"] == "/mein-bereich/"


def test_an_administrator_resets_it_with_history_and_all_sessions_end(person, as_role):
    user, _secret, _codes = person
    client, admin = Client(), as_role("administrator")
    client.force_login(user)
    assert "Zurücksetzen" in words(admin.get(f"/personen/{user.pk}/"))
    assert as_role("project-lead").post(f"/personen/{user.pk}/zweiter-faktor").status_code == 403
    assert is_signed_in(client)
    assert admin.post(f"/personen/{user.pk}/zweiter-faktor").status_code == 302
    assert not is_signed_in(client) and not Authenticator.objects.exists()
    change = user.access_changes.first()
    assert change.act == "factor_reset" and change.by is not None
    assert "zweiter Faktor zurückgesetzt" in words(admin.get(f"/personen/{user.pk}/"))
    demand("planner")
    assert "Rollen, die ihn verlangen" in words(admin.get(f"/personen/{user.pk}/"))


def test_an_open_session_of_an_administrator_does_not_drop_its_own(concept):
    user = make_user("administrator")
    set_up(user, new_secret())
    with pytest.raises(PermissionDenied):
        reset(user, actor=actor_for(user))
    assert not reset(make_user("planner"), actor=make_actor("administrator"))


def test_the_role_says_that_it_demands_it(concept, as_role):
    admin = as_role("administrator")
    role = Role.objects.get(pk="planner")
    page = admin.get("/personen/rollen/planner")
    seen = page.context["form"].initial["seen"]
    sent = {
        "seen": seen,
        "name": role.name,
        "name_en": role.name_en,
        "rights": role.rights,
        "second_factor": "on",
    }
    assert admin.post("/personen/rollen/planner", sent).status_code == 302
    assert Role.objects.get(pk="planner").second_factor
    assert admin.post("/personen/rollen/planner", sent).status_code == 400  # somebody was faster


def test_with_another_key_of_the_installation_no_code_is_right_and_nothing_breaks(person, settings):
    user, secret, codes = person
    settings.SECRET_KEY = "anders" * 10
    client, _answer = begin(user)
    assert answer_with(client, code_of(secret)).status_code == 200
    assert answer_with(client, codes[0]).status_code == 200 and not is_signed_in(client)
    assert second_factor.paper_codes_left(user) == 0


@pytest.mark.parametrize("typed", ["", " ", "１２３４５６", "12345", "1" * 41, "\x00", "abcdef", "-" * 12])
def test_what_is_no_code_is_none(person, typed):
    client, _answer = begin(person[0])
    assert answer_with(client, typed).status_code == 200 and not is_signed_in(client)
