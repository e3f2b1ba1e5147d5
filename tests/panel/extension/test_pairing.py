"""An extension shows a code, its agent confirms it, and it gets its token, once."""

import hashlib
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from panel.models import Pairing, Token
from tests.panel.extension.conftest import Extension, allow, browser_of, code_of


def test_the_token_comes_once_the_agent_has_confirmed(extension, alice):
    begun = extension.begin()
    assert extension.poll(begun["key"]).json() == {"status": "waiting"}
    answer = allow(alice, f" {begun['code'][:4]}-{begun['code'][4:]} ".lower())
    assert (answer.status_code, answer.url) == (302, "/devices/")
    extension.token = extension.poll(begun["key"]).json()["token"]
    assert extension.get("me/").json()["agent"]["agent_user"] == "1000"


def test_a_token_is_given_out_once(extension, alice):
    begun = extension.begin()
    allow(alice, begun["code"])
    assert extension.poll(begun["key"]).status_code == 200
    again = extension.poll(begun["key"])
    assert (again.status_code, code_of(again)) == (410, "pairing_gone")
    assert Token.objects.count() == 1


def test_neither_token_nor_key_is_kept_in_clear(extension, alice):
    begun = extension.begin()
    assert Pairing.objects.get().key_hash == hashlib.sha256(begun["key"].encode()).hexdigest()
    allow(alice, begun["code"])
    secret = extension.poll(begun["key"]).json()["token"]
    assert Token.objects.get().token_hash == hashlib.sha256(secret.encode()).hexdigest()


def test_the_agent_sees_who_asks_before_anything_happens(extension, alice):
    begun = extension.begin("<b>Chrome</b> on Linux")
    page = browser_of(alice).get(f"/pair/?code={begun['code']}").content.decode()
    assert "&lt;b&gt;Chrome&lt;/b&gt; on Linux" in page
    assert extension.origin in page
    assert extension.poll(begun["key"]).json() == {"status": "waiting"}


def test_a_refused_extension_is_told_so(extension, alice):
    begun = extension.begin()
    allow(alice, begun["code"], "refuse")
    answer = extension.poll(begun["key"])
    assert (answer.status_code, code_of(answer)) == (403, "pairing_refused")
    assert allow(alice, begun["code"]).status_code == 404


def test_a_code_is_good_for_ten_minutes(extension, alice):
    with time_machine.travel("2026-11-21 12:00Z", tick=False) as time:
        begun = extension.begin()
        time.shift(timedelta(minutes=10))
        assert allow(alice, begun["code"]).status_code == 404
        assert code_of(extension.poll(begun["key"])) == "pairing_gone"


def test_a_confirmed_code_cannot_be_taken_over_by_another_agent(extension, alice, bob):
    begun = extension.begin()
    allow(alice, begun["code"])
    assert allow(bob, begun["code"]).status_code == 404
    extension.token = extension.poll(begun["key"]).json()["token"]
    assert extension.get("me/").json()["agent"]["agent_user"] == "1000"


def test_guessing_codes_ends_after_five(extension, alice, caplog):
    begun = extension.begin()
    for _ in range(5):
        assert allow(alice, "AAAA-AAAA").status_code == 404
    assert allow(alice, begun["code"]).status_code == 429
    assert extension.poll(begun["key"]).json() == {"status": "waiting"}
    assert caplog.text.count("A wrong pairing code was given by alice") == 5
    assert "too many were wrong" in caplog.text


def test_guesses_of_one_agent_do_not_shut_out_another(extension, alice, bob):
    for _ in range(6):
        allow(alice, "AAAA-AAAA")
    assert allow(bob, extension.begin()["code"]).status_code == 302


def test_guesses_from_one_address_end_whoever_makes_them(extension, alice, bob, monkeypatch):
    monkeypatch.setattr("panel.services.pairings.GUESSES_OF_AN_ADDRESS", 3)
    for _ in range(3):
        allow(alice, "AAAA-AAAA")
    assert allow(bob, extension.begin()["code"]).status_code == 429


def test_guessing_is_forgiven_after_a_quarter_of_an_hour(extension, alice):
    for _ in range(5):
        allow(alice, "AAAA-AAAA")
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        assert allow(alice, extension.begin()["code"]).status_code == 302


def test_one_address_cannot_fill_the_table(extension, db, monkeypatch):
    monkeypatch.setattr("panel.services.pairings.OPEN_OF_AN_ADDRESS", 2)
    extension.begin()
    extension.begin()
    answer = extension.post("pairings/", {"name": "x"})
    assert (answer.status_code, code_of(answer)) == (429, "too_many")


@pytest.mark.parametrize("origin", ["https://evil.example", "chrome-extension://" + "p" * 32, "null", None])
def test_only_known_origins_may_ask(db, origin):
    answer = Extension(origin).post("pairings/", {"name": "x"})
    assert (answer.status_code, code_of(answer)) == (403, "origin_not_allowed")
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": 7}, {"name": "x" * 81}, [], "x"])
def test_nonsense_is_told_to_be_nonsense(extension, db, body):
    answer = extension.post("pairings/", body)
    assert (answer.status_code, code_of(answer)) == (400, "malformed")


def test_who_is_not_logged_in_confirms_nothing(extension, db):
    begun = extension.begin()
    answer = Client().post("/pair/", {"code": begun["code"], "decision": "allow"})
    assert answer.headers["Location"].startswith("/login/")
    assert extension.poll(begun["key"]).json() == {"status": "waiting"}


def test_a_page_of_another_site_cannot_confirm_for_an_agent(extension, alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice.user)
    begun = extension.begin()
    assert client.post("/pair/", {"code": begun["code"], "decision": "allow"}).status_code == 403
    assert extension.poll(begun["key"]).json() == {"status": "waiting"}


@pytest.mark.parametrize("name", ["sue", "ada", "otto", "eve"])
def test_who_is_no_agent_has_nothing_to_pair(request, client, name):
    client.force_login(request.getfixturevalue(name))
    assert client.get("/pair/").status_code == 403
    assert client.get("/devices/").status_code == 403
