"""What a token opens, for whom, and how it ends."""

import json
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from panel.models import Dialer, Token
from tests.panel.extension.conftest import ORIGIN, Extension, allow, browser_of, code_of


def test_it_tells_whose_it_is(paired):
    told = paired.get("me/").json()
    assert told["agent"] == {"agent_user": "1000", "name": "Alice", "dialer": "main"}
    assert told["token"]["name"] == "Chrome on Linux"


def test_it_tells_which_screens_are_of_other_dialers(paired, settings):
    for name, host in (("west", "west.example"), ("alias", "alias.example"), ("twin", "127.0.0.1:9")):
        Dialer.objects.create(name=name, url=f"http://{host}/agc/api.php", user="u", password="p")
    settings.EMBED_ORIGINS = ["http://alias.example"]
    assert paired.get("me/").json()["other_dialers"] == ["http://west.example"]


def test_it_buys_so_many_tickets_at_once(paired, monkeypatch):
    monkeypatch.setattr("panel.services.tokens.TICKETS_AT_ONCE", 1)
    assert paired.post("tickets/").status_code == 201
    answer = paired.post("tickets/")
    assert (answer.status_code, code_of(answer)) == (429, "too_many")


def test_it_shows_the_agent_s_own_board(paired, alice):
    board = paired.get("board/").json()
    assert board["name"] == "Sales"
    assert [button["name"] for button in board["buttons"]] == [b.name for b in alice.board.buttons.all()]
    assert "enabled" not in board["buttons"][0]


@pytest.mark.parametrize("path", ["me/", "board/"])
def test_nothing_is_told_without_a_token(extension, alice, path):
    assert code_of(extension.get(path)) == "token_missing"
    extension.token = "guess"
    answer = extension.get(path)
    assert (answer.status_code, code_of(answer)) == (401, "token_unknown")


def test_a_cookie_is_no_token(alice):
    assert browser_of(alice).get("/api/v1/me/").status_code == 401


def test_it_is_bound_to_the_extension_that_got_it(paired, settings):
    settings.EXTENSION_ORIGINS = [ORIGIN, "https://other.example"]
    thief = Extension("https://other.example")
    thief.token = paired.token
    for answer in (thief.get("me/"), thief.post("tickets/")):
        assert (answer.status_code, code_of(answer)) == (403, "token_of_another")


def test_it_expires(paired):
    with time_machine.travel(timezone.now() + timedelta(days=91), tick=False):
        assert code_of(paired.get("me/")) == "token_expired"
        assert code_of(paired.post("tickets/")) == "token_expired"


def test_that_of_a_deactivated_agent_opens_nothing(paired, alice):
    User.objects.filter(pk=alice.user_id).update(is_active=False)
    for answer in (paired.get("me/"), paired.post("tickets/")):
        assert (answer.status_code, code_of(answer)) == (403, "agent_closed")


def test_the_extension_can_take_it_back_itself(paired):
    assert paired.post("revoke/").json() == {"revoked": True}
    assert code_of(paired.get("me/")) == "token_revoked"


def test_the_agent_sees_it_and_takes_it_back(paired, alice):
    browser = browser_of(alice)
    assert "Chrome on Linux" in browser.get("/devices/").content.decode()
    browser.post(f"/devices/{Token.objects.get().pk}/revoke/")
    assert code_of(paired.get("me/")) == "token_revoked"
    assert "Nothing is connected" in browser.get("/devices/").content.decode()


def test_another_agent_cannot_take_it_back(paired, bob):
    assert browser_of(bob).post(f"/devices/{Token.objects.get().pk}/revoke/").status_code == 404
    assert paired.get("me/").status_code == 200


def test_looking_at_the_address_takes_nothing_back(paired, alice):
    assert browser_of(alice).get(f"/devices/{Token.objects.get().pk}/revoke/").status_code == 405
    assert paired.get("me/").status_code == 200


def test_an_admin_takes_it_back(paired, ada, client):
    client.force_login(ada)
    address = reverse("admin:panel_token_changelist")
    assert Token.objects.get().token_hash not in client.get(address).content.decode()
    client.post(address, {"action": "revoke", "_selected_action": [Token.objects.get().pk]})
    assert code_of(paired.get("me/")) == "token_revoked"
    assert Token.objects.get().revoked_by == ada


def test_a_new_password_ends_what_was_paired_with_the_old_one(paired, alice, ada, client):
    waiting = paired.begin()
    allow(alice, waiting["code"])
    client.force_login(ada)
    new = "another-long-one-7"
    address = reverse("admin:auth_user_password_change", args=[alice.user_id])
    assert client.post(address, {"usable_password": "true", "password1": new, "password2": new}).status_code == 302
    assert code_of(paired.get("me/")) == "token_revoked"
    assert code_of(paired.poll(waiting["key"])) == "pairing_gone"


def test_it_does_not_come_back_with_a_login_that_is_opened_again(paired, alice, ada, client):
    client.force_login(ada)
    address = reverse("admin:auth_user_change", args=[alice.user_id])
    form = {"username": "alice", "date_joined_0": "2026-11-21", "date_joined_1": "12:00:00"}
    for is_active in ({}, {"is_active": "on"}):
        assert client.post(address, form | is_active).status_code == 302
    alice.user.refresh_from_db()
    assert alice.user.is_active
    assert code_of(paired.get("me/")) == "token_revoked"


@pytest.mark.parametrize("change", [{"active": False}, {"password": "another-long-one-7"}])
def test_an_import_that_closes_the_login_or_sets_a_password_ends_it(paired, alice, tmp_path, change):
    file = tmp_path / "config.json"
    entry = {"username": "alice", "dialer": "main", "agent_user": "1000", "board": "Sales"}
    file.write_text(json.dumps({"agents": [entry | {"name": "Alice A"}]}))
    call_command("import_config", str(file), stdout=StringIO())
    assert paired.get("me/").status_code == 200
    file.write_text(json.dumps({"agents": [entry | change]}))
    call_command("import_config", str(file), stdout=StringIO())
    User.objects.filter(pk=alice.user_id).update(is_active=True)
    assert code_of(paired.get("me/")) == "token_revoked"


def test_only_known_origins_may_read_answers(paired):
    assert paired.get("me/").headers["Access-Control-Allow-Origin"] == ORIGIN
    assert paired.get("me/").headers["Vary"] == "Origin"
    paired.origin = "https://evil.example"
    answer = paired.get("me/")
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_browser_may_ask_beforehand(client, db):
    def preflight(origin):
        return client.options("/api/v1/tickets/", headers={"Origin": origin, "Access-Control-Request-Method": "POST"})

    allowed = preflight(ORIGIN)
    assert allowed.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "authorization" in allowed.headers["Access-Control-Allow-Headers"]
    assert preflight("https://evil.example").status_code == 403


def test_no_page_but_the_api_s_may_be_read_from_elsewhere(client, db):
    assert "Access-Control-Allow-Origin" not in client.get("/login/", headers={"Origin": ORIGIN}).headers


def test_the_index_says_what_is_here(extension):
    assert extension.get("").json() == {"product": "clipdeck", "api": 1, "protocol": 1}


def test_wrong_addresses_and_methods_are_errors_in_the_same_form(extension, db):
    assert (extension.get("nothing/").status_code, code_of(extension.get("nothing/"))) == (404, "not_found")
    assert (extension.post("me/").status_code, code_of(extension.post("me/"))) == (405, "wrong_method")
