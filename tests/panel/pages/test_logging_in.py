"""Logging in: a new session for each login, forms only from our own pages, and an end to guessing."""

import pytest
from django.test import Client

from panel.models import LoginTries
from tests.conftest import PASSWORD

GUESS = {"username": "alice", "password": "guess"}


def test_a_login_makes_a_new_session(alice, client):
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    assert client.post("/login/", {"username": "alice", "password": PASSWORD}).status_code == 302
    assert client.cookies["sessionid"].value != planted


@pytest.mark.parametrize("key", ["\0" + "a" * 31, "a" * 31 + "\0", "' or 1=1 -- '", "\u00a0" * 32])
def test_a_session_key_that_is_none_is_nobody_s_login(db, client, key):
    """PostgreSQL would raise at a NUL."""
    client.cookies["sessionid"] = key
    assert client.get("/panel/").headers["Location"].startswith("/login/")


@pytest.mark.parametrize("path", ["/login/", "/logout/", "/admin/panel/clip/add/", "/admin/password_change/"])
def test_every_form_wants_its_token(ada, path):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    assert client.post(path, {"name": "x"}).status_code == 403


def test_a_form_of_a_page_that_another_tab_made_stale_says_so_and_shows_the_way_on(alice):
    client = Client(enforce_csrf_checks=True)
    client.get("/login/")
    answer = client.post("/login/?next=/panel/", {"username": "alice", "password": PASSWORD})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "This page was out of date" in page
    assert "in another tab" in page
    assert 'href="/login/?next=/panel/"' in page


def test_a_form_without_any_cookie_asks_for_cookies(alice):
    page = Client(enforce_csrf_checks=True).post("/login/", {"username": "alice"}).content.decode()
    assert "Allow cookies" in page


def test_who_guesses_is_stopped_and_told_what_to_do(alice, client):
    for _ in range(5):
        answer = client.post("/login/", GUESS)
    assert answer.status_code == 429
    assert "15 minutes" in answer.content.decode()
    # Not even the right password opens it now: guessing must not pay.
    assert client.post("/login/", {"username": "alice", "password": PASSWORD}).status_code == 429


def test_colleagues_behind_the_same_address_are_not_stopped(alice, bob, client):
    for _ in range(5):
        client.post("/login/", GUESS)
    assert client.post("/login/", {"username": "bob", "password": PASSWORD}).status_code == 302


def test_the_same_name_from_another_address_is_not_stopped(alice):
    for _ in range(5):
        Client(REMOTE_ADDR="203.0.113.66").post("/login/", GUESS)
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert elsewhere.post("/login/", {"username": "alice", "password": PASSWORD}).status_code == 302


def test_a_wrong_password_and_a_wrong_name_sound_the_same(alice, client):
    answers = [client.post("/login/", {"username": name, "password": "guess"}) for name in ("alice", "nobody")]
    said = [answer.context["form"].non_field_errors() for answer in answers]
    assert said[0] == said[1]


def test_a_name_that_nobody_can_have_is_said_to_be_too_long_and_is_no_guess(client, db):
    answer = client.post("/login/", {"username": "a" * 5000, "password": "guess"})
    assert answer.status_code == 200
    assert "at most 150 characters" in answer.content.decode()
    assert not LoginTries.objects.exists()


def test_who_leaves_a_field_empty_is_told_which(client, db):
    page = client.post("/login/", {"username": "alice", "password": ""}).content.decode()
    assert "Password: This field is required." in page


def test_the_log_says_who_guessed_from_where_but_not_what(alice, client, caplog):
    client.post("/login/", GUESS)
    assert "alice" in caplog.text
    assert "127.0.0.1" in caplog.text
    assert "guess" not in caplog.text
