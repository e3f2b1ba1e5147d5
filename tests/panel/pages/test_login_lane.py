"""Passwords are hashed two at a time; who waits holds no connection, and is told when it takes too long."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest
from django.db import connection
from django.test import Client

from panel import passwords
from panel.models import LoginTries
from panel.passwords import BusyError, Lane
from tests.conftest import PASSWORD


def test_two_are_in_at_a_time_and_all_come_to_their_turn():
    lane, lock, go = Lane(2, 30, 60), Lock(), Event()
    inside, most, full = 0, 0, Event()

    def work(_):
        nonlocal inside, most
        with lane.turn():
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
        all_of_them = pool.map(work, range(30))
        assert full.wait(60)
        go.set()
        assert all(all_of_them)
    assert most == 2


def test_who_finds_too_many_waiting_or_waits_too_long_is_told():
    lane = Lane(1, 0, 60)
    with lane.turn(), pytest.raises(BusyError), lane.turn():
        pass
    impatient = Lane(1, 1, 0)
    with impatient.turn(), pytest.raises(BusyError), impatient.turn():
        pass
    for each in (lane, impatient):
        with each.turn():
            pass


def test_a_password_that_was_not_looked_at_is_no_try(alice, monkeypatch):
    monkeypatch.setattr(passwords, "lane", Lane(1, 0, 0))
    with passwords.lane.turn():
        answer = Client().post("/login/", {"username": "alice", "password": PASSWORD})
    assert answer.status_code == 503
    assert "Too many people log in at this moment" in answer.content.decode()
    assert answer.headers["Retry-After"] == "30"
    assert not LoginTries.objects.filter(tries__gt=0).exists()
    assert Client().post("/login/", {"username": "alice", "password": PASSWORD}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_who_waits_holds_no_connection_that_presses_need(alice, monkeypatch):
    """A connection is as good as given back where Django would give it back at the end of a request."""
    held = []

    class Looked(Lane):
        def turn(self):
            held.append(connection.connection is not None and connection.close_at is not None)
            return super().turn()

    monkeypatch.setattr(passwords, "lane", Looked(2, 30, 60))
    assert Client().post("/login/", {"username": "alice", "password": PASSWORD}).status_code == 302
    assert held == [False]
