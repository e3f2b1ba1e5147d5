"""Five wrong passwords are five, however many come at once; an admin sees what is closed, and opens it."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Lock

import pytest
import time_machine
from django.contrib.auth.hashers import verify_password
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from panel.models import LoginTries
from panel.models.logins import TRIES, TRIES_OF_A_NETWORK
from tests.conftest import PASSWORD

AT_ONCE = 40


def log_in(name: str = "alice", password: str = "guess", address: str = "203.0.113.66") -> int:
    answer = Client(REMOTE_ADDR=address).post("/login/", {"username": name, "password": password})
    return int(answer.status_code)


def closed(name: str = "alice", address: str = "203.0.113.66") -> bool:
    return log_in(name, PASSWORD, address) == 429


@pytest.fixture
def looked_at(monkeypatch):
    """The passwords that were looked at."""
    passwords: list[str] = []
    lock = Lock()

    def noted(password, kept):
        with lock:
            passwords.append(password)
        return verify_password(password, kept)

    monkeypatch.setattr("panel.passwords.verify_password", noted)
    return passwords


def at_once(tries) -> list[int]:
    """Each in a thread of its own, let go together."""
    ready = Barrier(len(tries))

    def one(attempt) -> int:
        ready.wait()
        try:
            return log_in(*attempt)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tries)) as pool:
        return list(pool.map(one, tries))


@pytest.mark.django_db(transaction=True)
def test_forty_wrong_passwords_at_once_are_five(alice, looked_at):
    answers = at_once([("alice", f"guess-{n}") for n in range(AT_ONCE)])
    assert len(looked_at) == TRIES
    assert answers.count(429) >= AT_ONCE - TRIES
    assert closed()


@pytest.mark.django_db(transaction=True)
def test_forty_from_one_ipv6_network_are_five(alice, looked_at):
    at_once([("alice", f"guess-{n}", f"2001:db8:1:2::{n}") for n in range(AT_ONCE)])
    assert len(looked_at) == TRIES
    assert closed(address="2001:db8:1:2:ffff::9")
    assert not closed(address="2001:db8:1:3::9")


@pytest.mark.django_db(transaction=True)
def test_other_names_at_once_are_limited_for_the_network_alone(alice, monkeypatch, looked_at):
    monkeypatch.setattr("panel.models.logins.TRIES_OF_A_NETWORK", 7)
    answers = at_once([("alice" if n % 4 else f"alice-{n}", "guess") for n in range(AT_ONCE)])
    assert sum(row.tries for row in LoginTries.objects.exclude(name="")) == 7
    assert answers.count(429) >= AT_ONCE - 7


def test_a_mapped_address_is_its_ipv4(alice):
    for n in range(TRIES):
        log_in(address=("203.0.113.66", "::ffff:203.0.113.66")[n % 2])
    assert closed()
    assert closed(address="::ffff:203.0.113.66")


def test_what_is_refused_is_not_counted_and_does_not_make_it_longer(alice):
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        for _ in range(TRIES):
            log_in()
        for _ in range(14):
            clock.shift(timedelta(minutes=1))
            assert closed()
        clock.shift(timedelta(minutes=1))
        assert log_in("alice", PASSWORD) == 302


def test_tries_are_forgotten_after_a_while(alice):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(TRIES - 1):
            log_in()
        clock.shift(timedelta(minutes=15))
        log_in()
        assert not closed()
        log_in("bob")
        assert not LoginTries.objects.filter(until__lte=timezone.now()).exists()


def test_a_right_password_makes_good_for_the_wrong_ones_before_it(alice):
    for _ in range(3):
        for _ in range(TRIES - 1):
            log_in()
        assert log_in("alice", PASSWORD) == 302
    assert not LoginTries.objects.filter(tries__gt=0).exists()


def test_too_many_from_one_network_close_it_for_everybody_and_say_so(alice):
    LoginTries.objects.create(
        name="", network="203.0.113.66", tries=TRIES_OF_A_NETWORK, until=timezone.now() + timedelta(minutes=9)
    )
    answer = Client(REMOTE_ADDR="203.0.113.66").post("/login/", {"username": "alice", "password": PASSWORD})
    assert answer.status_code == 429
    assert 500 < int(answer.headers["Retry-After"]) <= 540
    assert "came from your network" in answer.content.decode()
    assert not LoginTries.objects.filter(name="alice", tries__gt=0).exists()
    assert not closed(address="203.0.113.67")


def test_one_whose_login_was_closed_is_counted_as_a_stranger(alice):
    User.objects.update(is_active=False)
    for _ in range(TRIES):
        log_in("alice", PASSWORD)
    assert closed()


def test_an_admin_sees_what_is_closed_and_opens_it(alice, ada, client):
    for _ in range(TRIES):
        log_in()
    client.force_login(ada)
    address = reverse("admin:panel_logintries_changelist")
    page = client.get(address).content.decode()
    assert "alice" in page
    assert "203.0.113.66" in page
    row = LoginTries.objects.get(name="alice")
    client.post(address, {"action": "lift", "_selected_action": [row.pk]})
    assert not closed()
    assert LoginTries.objects.get(name="").tries == 0


def test_an_admin_opens_a_whole_network(alice, ada, client):
    LoginTries.objects.create(
        name="", network="203.0.113.66", tries=TRIES_OF_A_NETWORK, until=timezone.now() + timedelta(minutes=9)
    )
    client.force_login(ada)
    row = LoginTries.objects.get()
    client.post(reverse("admin:panel_logintries_changelist"), {"action": "lift", "_selected_action": [row.pk]})
    assert not closed()


@pytest.mark.parametrize("name", ["alice", None])
def test_the_command_opens_what_keeps_the_admin_out_too(alice, name):
    for _ in range(TRIES):
        log_in()
    out = io.StringIO()
    call_command("open_logins", *filter(None, [name]), stdout=out)
    assert "Opened: alice at 203.0.113.66" in out.getvalue()
    assert not closed()
