"""An extension shows a code, its agent confirms it, and it gets its token, once."""

import hashlib
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from panel.models import Pairing, Token
from panel.services import pairings
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
    assert extension.poll(begun["key"]).json() == {"status": "waiting"}


def test_a_refused_extension_is_told_so(extension, alice):
    begun = extension.begin()
    allow(alice, begun["code"], "refuse")
    answer = extension.poll(begun["key"])
    assert (answer.status_code, code_of(answer)) == (403, "pairing_refused")
    assert "was used already" in allow(alice, begun["code"]).content.decode()


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


def look_at(agent, code: str):
    return browser_of(agent).get("/pair/", {"code": code})


def test_a_code_that_was_used_is_no_guess(extension, alice):
    begun = extension.begin()
    allow(alice, begun["code"])
    extension.poll(begun["key"])
    for _ in range(6):
        assert "was used already" in look_at(alice, begun["code"]).content.decode()
        assert allow(alice, begun["code"]).status_code == 404
    assert allow(alice, extension.begin()["code"]).status_code == 302


def test_links_with_wrong_codes_shut_nobody_out(extension, alice, monkeypatch):
    monkeypatch.setattr("panel.services.pairings.LINKS_OF_A_PERSON", 3)
    assert [look_at(alice, "AAAA-AAAA").status_code for _ in range(4)] == [404, 404, 404, 429]
    code = extension.begin()["code"]
    assert look_at(alice, code).status_code == 429
    typed = browser_of(alice).post("/pair/", {"code": code})
    assert "calls itself" in typed.content.decode()
    assert allow(alice, code).status_code == 302


def test_the_oldest_code_of_an_address_makes_room(extension, alice, monkeypatch):
    monkeypatch.setattr("panel.services.pairings.OPEN_OF_AN_ADDRESS", 2)
    allowed = extension.begin()
    allow(alice, allowed["code"])
    first, second, third = (extension.begin() for _ in range(3))
    assert code_of(extension.poll(first["key"])) == "pairing_gone"
    assert {extension.poll(begun["key"]).json()["status"] for begun in (second, third)} == {"waiting"}
    assert extension.poll(allowed["key"]).json()["status"] == "confirmed"


def test_one_address_asks_for_so_many_a_minute(extension, db, monkeypatch):
    monkeypatch.setattr("panel.services.pairings.NEW_A_MINUTE", 2)
    with time_machine.travel("2026-11-21 12:00Z", tick=False) as time:
        extension.begin()
        extension.begin()
        answer = extension.post("pairings/", {"name": "x"})
        assert (answer.status_code, code_of(answer)) == (429, "too_many")
        time.shift(timedelta(minutes=1))
        extension.begin()


def test_all_addresses_of_an_ipv6_network_count_as_one(db, monkeypatch):
    monkeypatch.setattr("panel.services.pairings.NEW_A_MINUTE", 1)
    pairings.begin("https://x.example", "x", "2001:db8::1", timezone.now())
    with pytest.raises(pairings.PairingRefusedError):
        pairings.begin("https://x.example", "x", "2001:db8::2", timezone.now())
    pairings.begin("https://x.example", "x", "2001:db8:1::1", timezone.now())


def test_what_was_let_in_is_seen_and_taken_back_before_it_comes(extension, alice, bob):
    begun = extension.begin()
    allow(alice, begun["code"])
    browser = browser_of(alice)
    assert "not connected yet" in browser.get("/devices/").content.decode()
    path = f"/devices/waiting/{Pairing.objects.get().pk}/take-back/"
    assert browser_of(bob).post(path).status_code == 404
    assert browser.post(path).status_code == 302
    assert code_of(extension.poll(begun["key"])) == "pairing_gone"
    assert "Nothing is connected as you" in browser.get("/devices/").content.decode()


def test_what_has_come_meanwhile_is_not_called_taken_back(extension, alice):
    begun = extension.begin()
    allow(alice, begun["code"])
    extension.poll(begun["key"])
    answer = browser_of(alice).post(f"/devices/waiting/{Pairing.objects.get().pk}/take-back/", follow=True)
    assert "has connected meanwhile" in answer.content.decode()
    assert Token.objects.count() == 1


def test_what_was_let_in_has_a_minute_to_come(extension, alice):
    with time_machine.travel("2026-11-21 12:00Z", tick=False) as time:
        begun = extension.begin()
        allow(alice, begun["code"])
        time.shift(timedelta(seconds=61))
        assert code_of(extension.poll(begun["key"])) == "pairing_gone"
    assert Token.objects.count() == 0


def test_an_admin_ends_one_that_was_let_in(extension, alice, ada, client):
    begun = extension.begin()
    allow(alice, begun["code"])
    client.force_login(ada)
    address = reverse("admin:panel_pairing_changelist")
    assert begun["code"] not in client.get(address).content.decode()
    client.post(address, {"action": "take_back", "_selected_action": [Pairing.objects.get().pk]})
    assert code_of(extension.poll(begun["key"])) == "pairing_gone"


@pytest.mark.parametrize("origin", ["https://evil.example", "chrome-extension://" + "p" * 32, "null", None])
def test_only_known_origins_may_ask(db, origin):
    answer = Extension(origin).post("pairings/", {"name": "x"})
    assert (answer.status_code, code_of(answer)) == (403, "origin_not_allowed")
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": 7}, {"name": "x" * 81}, [], "x"])
def test_nonsense_is_told_to_be_nonsense(extension, db, body):
    answer = extension.post("pairings/", body)
    assert (answer.status_code, code_of(answer)) == (400, "malformed")


@pytest.mark.parametrize(
    "name", [" ", "a\nb", "a\0b", "\u202eemorhC", "\u200b", "a\u2028b", "\u2066x", "\ufeffx", "\u0301"]
)
def test_a_name_that_hides_something_is_refused(extension, db, name):
    answer = extension.post("pairings/", {"name": name})
    assert (answer.status_code, code_of(answer)) == (400, "malformed")


def test_a_name_is_kept_without_the_room_around_it(extension, db):
    extension.begin("  Chrome für Åsa 電話 ")
    assert Pairing.objects.get().name == "Chrome für Åsa 電話"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"name": "\xff"}', 400, "malformed"),
        (b"[" * 8000, 400, "malformed"),
        (b"[" * 100_000, 413, "too_long"),
        (b'{"name": "' + b"x" * 3_000_000 + b'"}', 413, "too_long"),
        (b'{"name": "\\ud800"}', 400, "malformed"),
    ],
)
def test_a_bad_body_is_an_error_that_the_extension_can_read(extension, db, body, status, code):
    headers = {"Origin": extension.origin}
    answer = Client().post("/api/v1/pairings/", body, content_type="application/json", headers=headers)
    assert (answer.status_code, code_of(answer)) == (status, code)
    assert answer.headers["Access-Control-Allow-Origin"] == extension.origin


def test_clipdeck_s_own_extension_is_called_that(extension, alice, settings):
    other = "chrome-extension://" + "b" * 32
    settings.EXTENSION_ORIGINS = [extension.origin, other]
    assert "Clipdeck's own extension" in look_at(alice, extension.begin()["code"]).content.decode()
    assert other in look_at(alice, Extension(other).begin()["code"]).content.decode()


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
