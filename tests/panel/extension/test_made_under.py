"""A token is good while the login that it was made under stands: whatever changed that, and by whichever door."""

import io
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone

from panel import migrations
from panel.models import Agent, Pairing, Token
from panel.selectors.rights import TokenIsGood, lapsed
from panel.services import tokens
from tests.conftest import person
from tests.panel.extension.conftest import allow, browser_of, code_of


def by_the_command(alice, monkeypatch):
    monkeypatch.setattr("getpass.getpass", lambda **_: "another-long-one-7")
    call_command("changepassword", "alice", stdout=io.StringIO())


def by_the_model(alice, _):
    alice.user.set_password("another-long-one-7")
    alice.user.save()


def by_sql(alice, _):
    User.objects.filter(pk=alice.user_id).update(password=make_password("another-long-one-7"))


def handed_to_dora(alice, _):
    Agent.objects.filter(pk=alice.pk).update(user=person("dora"))


def closed(alice, _):
    User.objects.filter(pk=alice.user_id).update(is_active=False)


@pytest.fixture(params=[by_the_command, by_the_model, by_sql, handed_to_dora, closed])
def change(request, alice, monkeypatch):
    return lambda: request.param(alice, monkeypatch)


def test_another_login_ends_the_token_at_once(paired, change):
    change()
    for answer in (paired.get("me/"), paired.get("board/"), paired.post("tickets/")):
        assert code_of(answer) in {"token_revoked", "agent_closed"}


def test_and_the_tickets_that_it_bought(paired, change):
    secret, _ = tokens.buy_ticket(Token.objects.get(), timezone.now())
    change()
    token = tokens.use_ticket(secret, timezone.now())
    # Whose login was closed is told so at the door.
    assert token is None or not token.agent.user.is_active


def test_and_the_sockets_that_are_open(paired, change):
    right = TokenIsGood(Token.objects.get().pk)
    assert lapsed([right], timezone.now()) == set()
    change()
    assert lapsed([right], timezone.now()) == {right}


def test_and_what_was_let_in_and_has_not_come_for_its_token(extension, alice, change):
    begun = extension.begin()
    allow(alice, begun["code"])
    change()
    assert code_of(extension.poll(begun["key"])) == "pairing_gone"
    assert not Token.objects.exists()


def test_the_agent_is_not_shown_what_is_not_good_any_more(paired, alice):
    waiting = paired.begin("Another one")
    allow(alice, waiting["code"])
    by_sql(alice, None)
    alice.user.refresh_from_db()
    page = browser_of(alice).get("/devices/").content.decode()
    assert "Nothing is connected" in page
    assert "Another one" not in page


def test_a_login_changes_nothing(paired, alice, client):
    client.post("/login/", {"username": "alice", "password": "clipdeck-demo"})
    alice.user.email = "alice@example.com"
    alice.user.save()
    assert paired.get("me/").status_code == 200


def test_the_same_password_in_a_newer_hash_changes_nothing(paired, alice, client, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]
    client.post("/login/", {"username": "alice", "password": "clipdeck-demo"})
    assert User.objects.get(pk=alice.user_id).password != alice.user.password
    assert paired.get("me/").status_code == 200


def test_one_from_before_belongs_to_the_login_of_today(paired, extension, alice):
    allow(alice, extension.begin("waiting")["code"])
    kept = {model: list(model.objects.values_list("made_under", flat=True)) for model in (Token, Pairing)}
    for model in kept:
        model.objects.update(made_under="")
    (file,) = Path(migrations.__file__).parent.glob("*_made_under.py")
    import_module(f"panel.migrations.{file.stem}").made_under(apps, None)
    assert {model: list(model.objects.values_list("made_under", flat=True)) for model in (Token, Pairing)} == kept


def test_what_is_kept_of_the_login_can_be_made_only_with_the_key(paired, alice, settings):
    kept = Token.objects.get().made_under
    assert alice.user.password not in kept
    settings.SECRET_KEY = "another-key"
    assert code_of(paired.get("me/")) == "token_revoked"


def test_one_that_an_older_process_made_is_not_good(paired):
    Token.objects.update(made_under="")
    assert code_of(paired.get("me/")) == "token_revoked"
    assert not Pairing.objects.filter(made_under="", agent__isnull=False).exists()
