"""Guessing passwords: what is limited, whom it locks out and whom not; and which passwords are refused at all."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.contrib.auth.hashers import get_hasher, identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from insek.people import counting, guessing
from insek.people.hashing import Argon2
from insek.people.models import User
from insek.people.passwords import FEWEST, foreseeable_words, unforeseeable
from tests.factories import make_item, make_unit, make_user
from tests.reading import form_values, words

pytestmark = pytest.mark.django_db
RIGHT = "geheim-geheim"
HERE, THERE = "203.0.113.5", "198.51.100.7"


def sign_in(name, password, *, address=HERE, client=None):
    return (client or Client()).post(
        "/anmelden/", {"username": name, "password": password}, REMOTE_ADDR=address
    )


@pytest.fixture
def user(concept):
    return make_user("planner", username="m.muster")


def test_a_wrong_password_says_so_and_the_eleventh_is_refused_unseen(user, monkeypatch):
    answer = sign_in(user.username, "falsch")
    assert "Anmeldename und Passwort passen nicht zusammen." in words(answer)
    assert form_values(answer)["username"] == user.username
    for _again in range(9):
        assert sign_in(user.username, "falsch").status_code == 200
    looked_at = []
    monkeypatch.setattr("django.contrib.auth.forms.authenticate", lambda *args, **values: looked_at.append(1))
    answer = sign_in(user.username, RIGHT)
    assert (answer.status_code, looked_at) == (429, [])
    assert "Spätestens in einer Viertelstunde können Sie es wieder versuchen." in words(answer)


@pytest.mark.parametrize("name", ["m.muster", "M.MUSTER", " m.muster "])
def test_a_stranger_does_not_lock_a_named_person_out(user, name):
    for _again in range(12):
        sign_in(name, "falsch", address=THERE)
    assert sign_in(name, RIGHT, address=THERE).status_code == 429
    assert sign_in(user.username, RIGHT, address=HERE).status_code == 302


def test_a_stranger_with_many_addresses_is_stopped_and_the_person_is_not(user):
    assert sign_in(user.username, RIGHT).status_code == 302
    for number in range(guessing.MOST_FOR_NAME // 5):
        for _again in range(5):
            sign_in(user.username, "falsch", address=f"198.51.{number}.7")
    assert sign_in(user.username, RIGHT, address="192.0.2.1").status_code == 429
    assert sign_in(user.username, RIGHT, address=HERE).status_code == 302


def test_one_address_can_not_try_a_password_on_everybody(user):
    for number in range(guessing.MOST_HERE):
        assert sign_in(f"name{number}", "falsch", address=THERE).status_code == 200
    assert sign_in("noch.jemand", "falsch", address=THERE).status_code == 429
    assert sign_in("noch.jemand", "falsch", address=HERE).status_code == 200


def test_a_whole_town_hall_behind_one_address_signs_in(user):
    for _morning in range(guessing.MOST_HERE + 5):
        assert sign_in(user.username, RIGHT).status_code == 302


def test_a_forged_address_does_not_get_round_the_limit(user):
    for number in range(11):
        answer = Client().post(
            "/anmelden/", {"username": user.username, "password": "falsch"},
            REMOTE_ADDR=THERE, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}",
        )  # fmt: skip
    assert answer.status_code == 429


def test_the_right_password_begins_the_count_anew(user):
    for password in (["falsch"] * 9 + [RIGHT]) * 2:
        answer = sign_in(user.username, password)
    assert answer.status_code == 302


def test_the_limit_is_the_same_in_all_processes(user):
    for _again in range(11):
        counting.forget()
        answer = sign_in(user.username, "falsch")
    assert answer.status_code == 429


def test_passwords_are_kept_with_argon2_and_old_ones_move_there(user, settings):
    settings.PASSWORD_HASHERS = [
        "insek.people.hashing.Argon2",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
    user.password = make_password(RIGHT, hasher="pbkdf2_sha256")
    user.save()
    assert sign_in(user.username, RIGHT).status_code == 302
    kept = User.objects.get(pk=user.pk).password
    assert identify_hasher(kept).algorithm == "argon2"
    assert "m=19456,t=2,p=1" in kept
    assert get_hasher("default").verify(RIGHT, kept)


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaa", "abababababab", "abcabcabcabcabc", "abcdefghijklmnop", "123456789012", "210987654321",
        "qwertzuiopasdf", "asdfghjklyxcvbnm", "1qay2wsx3edc4rfv", "Kaiserslautern", "kaiserslautern1",
        "Kaiserslautern2026!", "K4iserslautern!", "Tiefbau-Tiefbau", "Hohenecken2026", "m.muster-m.muster",
        "Passwort123456", "Sommer2026!!", "Stadtverwaltung1", "geheimgeheim",
    ],
)  # fmt: skip
def test_weak_passwords_are_refused(concept, password):
    concept.city = "Kaiserslautern"
    concept.save()
    make_unit("tiefbau", name="Referat Tiefbau")
    make_item("district", title="Hohenecken")
    with pytest.raises(ValidationError, match=r"leicht zu erraten|zu ähnlich|üblich"):
        validate_password(password, User(username="m.muster"))


@pytest.mark.parametrize(
    "password",
    ["gruene-daecher-2040", "ein-langes-Passwort-42", "Lampe Fjord Käse neun", "xK9#mP2$vL5q", "dreizehnEulen!imTurm"],
)  # fmt: skip
def test_good_passwords_are_taken(concept, password):
    assert validate_password(password, User(username="m.muster")) is None


def test_each_part_of_a_password_counts_once():
    assert unforeseeable("kaiserslautern!", {"kaiserslautern"}) == 2
    assert unforeseeable("xyxyxyxyxyxy", set()) < FEWEST
    assert unforeseeable("k4iser", {"kaiser"}) == 1


def test_the_words_of_this_city_are_known(concept):
    concept.city = "Sankt Wendel"
    concept.save()
    assert {"sankt", "wendel", "insek"} <= foreseeable_words()


def test_a_weak_password_is_refused_where_it_is_chosen(concept, as_role):
    client = as_role("planner")
    answer = client.post(
        "/kennwort/",
        {"old_password": RIGHT, "new_password1": "qwertzuiopasdf", "new_password2": "qwertzuiopasdf"},
    )
    assert "leicht zu erraten" in words(answer)


def test_the_validators_of_production_are_the_ones_tried_here():
    assert (
        settings.AUTH_PASSWORD_VALIDATORS[-1]["NAME"] == "insek.people.passwords.GuessablePasswordValidator"
    )


def test_one_password_is_worked_on_at_a_time_and_others_wait(monkeypatch):
    """Many who sign in at once do not take all processors and threads; whoever waits is answered, not refused."""
    at_once, most = [], []

    def slow(self, password, encoded):
        at_once.append(1)
        most.append(len(at_once))
        time.sleep(0.02)
        at_once.pop()
        return True

    monkeypatch.setattr("django.contrib.auth.hashers.Argon2PasswordHasher.verify", slow)
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda number: Argon2().verify("x", "y"), range(8)))
    assert answers == [True] * 8
    assert max(most) == 1
