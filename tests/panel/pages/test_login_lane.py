"""Passwords are hashed two at a time; who waits holds no connection, and is told when it takes too long."""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, identify_hasher
from django.db import connection
from django.test import Client

from panel import passwords
from panel.models import LoginTries
from panel.passwords import NICENESS, BusyError, Lane
from tests.conftest import PASSWORD


def log_in(password: str = PASSWORD):
    return Client().post("/login/", {"username": "alice", "password": password})


def test_two_are_in_at_a_time_and_all_come_to_their_turn():
    lane, lock, go = Lane(2, 30, 60), Lock(), Event()
    inside, most, full = 0, 0, Event()

    def work() -> bool:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
            if inside == 2:
                full.set()
        go.wait(60)
        with lock:
            inside -= 1
        return True

    with ThreadPoolExecutor(30) as pool:
        all_of_them = pool.map(lambda _: lane.run(work), range(30))
        assert full.wait(60)
        go.set()
        assert all(all_of_them)
    assert most == 2


def test_who_finds_too_many_waiting_or_waits_too_long_is_told():
    for lane in (Lane(1, 0, 60), Lane(1, 1, 0)):
        begun, go = Event(), Event()

        def work(begun: Event = begun, go: Event = go) -> bool:
            begun.set()
            return go.wait(60)

        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(lane.run, work)
            assert begun.wait(60)
            with pytest.raises(BusyError):
                lane.run(work)
            go.set()
            assert first.result()


def test_it_steps_back_for_what_else_the_process_does():
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    mine = niceness()
    # Elsewhere threads have no priority of their own.
    wanted = max(mine, NICENESS) if sys.platform == "linux" else mine
    assert Lane(1, 0, 60).run(niceness) == wanted
    assert niceness() == mine


class Full(Lane):
    def run(self, _):
        raise BusyError


def test_a_password_that_was_not_looked_at_is_no_try(alice, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(passwords, "lane", Full(1, 0, 0))
        answer = log_in()
    assert answer.status_code == 503
    assert "Too many people log in at this moment" in answer.content.decode()
    assert answer.headers["Retry-After"] == "30"
    assert not LoginTries.objects.filter(tries__gt=0).exists()
    assert log_in().status_code == 302


@pytest.mark.django_db(transaction=True)
def test_who_waits_holds_no_connection_that_presses_need(alice, monkeypatch):
    held = []

    class Looked(Lane):
        def run(self, work):
            # One that Django would keep for the next request is no other's to use either.
            held.append(connection.connection is not None and connection.close_at is not None)
            return super().run(work)

    monkeypatch.setattr(passwords, "lane", Looked(2, 30, 60))
    assert log_in().status_code == 302
    assert held == [False]


def test_a_hash_of_yesterday_is_made_anew_at_the_next_login(alice, settings):
    settings.PASSWORD_HASHERS = [f"{PBKDF2PasswordHasher.__module__}.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]
    assert log_in("wrong").status_code == 200
    alice.user.refresh_from_db()
    assert identify_hasher(alice.user.password).algorithm == "md5"
    assert log_in().status_code == 302
    alice.user.refresh_from_db()
    assert identify_hasher(alice.user.password).algorithm == "pbkdf2_sha256"
    assert log_in().status_code == 302
