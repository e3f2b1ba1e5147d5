"""A press that is too old is not sent, wherever on its way it grew old."""

import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from urllib3.util.connection import create_connection

from agentapi import timely
from agentapi.client import Dialer, HttpAgentApi
from agentapi.commands import StopClip
from agentapi.logins import LoginGuard
from agentapi.machine import Action, Playback, PlaybackStatus, Press, Rules, State
from agentapi.outcomes import Accepted, Expired, NotSent
from agentapi.worker import Job, carry_out
from tests.agentapi.test_client import GOOD, Misbehaving, answer

PATIENCE = 20


@pytest.fixture
def server():
    server = Misbehaving(lambda connection: connection.sendall(answer(GOOD)))
    yield server
    server.close()


class Clock:
    """Stands still unless it is moved."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def press(api, url, **fields):
    return api.execute(Dialer("main", url, "u", "p", **fields), "1000", StopClip())


def named(server) -> str:
    return str(server.url).replace("127.0.0.1", "dialer.example.com")


def found_at(monkeypatch, *addresses, meanwhile=lambda: None):
    def look_up(_host, port, *_args, **_kwargs):
        meanwhile()
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    real = socket.getaddrinfo

    def either(host, *rest, **more):
        return (look_up if "example" in host else real)(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", either)


def test_in_time_it_goes(server, clock):
    assert press(HttpAgentApi(clock), server.url, send_by=100.1) == Accepted(
        "SUCCESS: audio_playback function sent - |STOP|1000"
    )


def test_too_late_it_does_not_even_connect(server, clock):
    assert press(HttpAgentApi(clock), server.url, send_by=100.0) == Expired()
    assert server.connections == 0


def test_it_grows_old_while_its_name_is_looked_up(server, clock, monkeypatch):
    found_at(monkeypatch, "127.0.0.1", meanwhile=lambda: setattr(clock, "now", 103.0))
    assert press(HttpAgentApi(clock), named(server), send_by=103.0) == Expired()
    assert server.requests == []


def test_a_name_that_nobody_finds_is_not_waited_for(server, monkeypatch):
    over = threading.Event()
    found_at(monkeypatch, "127.0.0.1", meanwhile=lambda: over.wait(PATIENCE))
    api = HttpAgentApi()
    assert press(api, named(server), send_by=time.monotonic() + 0.05) == Expired()
    late = press(api, named(server), connect_timeout=0.05)
    assert isinstance(late, NotSent)
    assert "within the time allowed" in late.text
    assert [thread.name for thread in threading.enumerate()].count("resolver") == 1
    over.set()
    assert server.requests == []


def test_several_dead_addresses_share_the_time_of_one_and_a_half(clock, monkeypatch):
    tried = []

    def dead(address, within, *_):
        tried.append((address[0], round(within, 3)))
        clock.now += within
        raise TimeoutError("timed out")

    found_at(monkeypatch, "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4")
    monkeypatch.setattr(timely, "create_connection", dead)
    assert isinstance(press(HttpAgentApi(clock), "http://dialer.example.com/"), NotSent)
    assert tried == [("192.0.2.1", 2.0), ("192.0.2.2", 1.0)]
    tried.clear()
    clock.now = 100.0
    assert press(HttpAgentApi(clock), "http://dialer.example.com/", send_by=100.5) == Expired()
    assert tried == [("192.0.2.1", 0.5)]


def test_the_next_address_is_tried_where_one_is_dead(server, monkeypatch):
    real = create_connection

    def connect(address, *rest):
        if address[0] == "192.0.2.1":
            raise OSError("no route to host")
        return real(address, *rest)

    found_at(monkeypatch, "192.0.2.1", "127.0.0.1")
    monkeypatch.setattr(timely, "create_connection", connect)
    assert isinstance(press(HttpAgentApi(), named(server)), Accepted)


def test_the_clock_is_looked_at_again_once_it_is_connected(server, clock, monkeypatch):
    real = create_connection

    def slow(*args):
        opened = real(*args)
        clock.now = 101.0
        return opened

    monkeypatch.setattr(timely, "create_connection", slow)
    assert press(HttpAgentApi(clock), server.url, send_by=101.0) == Expired()
    assert server.requests == []


def test_tls_that_never_comes_is_not_sent(monkeypatch):
    with silent() as port:
        api = HttpAgentApi()
        assert press(api, f"https://127.0.0.1:{port}/", send_by=time.monotonic() + 0.1) == Expired()
        late = press(api, f"https://127.0.0.1:{port}/", connect_timeout=0.1)
    assert late == NotSent("VICIdial could not be reached: no connection within the time allowed.")


@contextmanager
def silent():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_it_grows_old_while_it_waits_for_its_turn(server, clock):
    class First:
        """The call before: as long as it is under way nobody else has a turn."""

        def __init__(self) -> None:
            self.began, self.may_end = threading.Event(), threading.Event()

        def execute(self, dialer, agent_user, command):
            if agent_user == "first":
                self.began.set()
                assert self.may_end.wait(PATIENCE)
                return Accepted()
            return HttpAgentApi(clock).execute(dialer, agent_user, command)

    first = First()
    guard = LoginGuard(first)
    dialer = Dialer("main", server.url, "u", "p")
    before = threading.Thread(target=lambda: guard.execute(dialer, "first", StopClip()))
    before.start()
    assert first.began.wait(PATIENCE)
    clock.now = 103.0
    threading.Timer(0.05, first.may_end.set).start()
    assert guard.execute(replace(dialer, send_by=103.0), "1000", StopClip()) == Expired()
    before.join(PATIENCE)
    assert server.requests == []


def test_one_that_grew_old_fails_nobody_who_waits_behind_it(clock):
    class Api:
        outcome = Expired()

        def execute(self, dialer, agent_user, command):
            return self.outcome

    api = Api()
    guard = LoginGuard(api, clock)
    dialer = Dialer("main", "http://127.0.0.1:9/", "u", "p")
    door_problems = []
    assert guard.execute(dialer, "1000", StopClip()) == Expired()
    door_problems += [door._failures for door in guard._doors.values()]
    assert door_problems == [0]


class Noted:
    def __init__(self) -> None:
        self.dialers: list[Dialer] = []

    def execute(self, dialer, agent_user, command):
        self.dialers.append(dialer)
        return Accepted()


NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def job(**fields) -> Job:
    return Job(
        click_id=uuid4(),
        agent_id=1,
        dialer_id=1,
        dialer=Dialer("main", "http://127.0.0.1:9/", "u", "p"),
        agent_user="1000",
        press=Press(Action.STOP),
        state=State(playback=Playback(PlaybackStatus.PLAYING)),
        rules=Rules(),
        **fields,
    )


def test_a_job_hands_its_deadline_on():
    api = Noted()
    before = time.monotonic()
    carry_out(api, job(send_until=NOON + timedelta(seconds=3)), lambda: NOON)
    assert before + 3 <= api.dialers[0].send_by <= time.monotonic() + 3


def test_a_clock_that_is_set_back_makes_no_deadline_later():
    api = Noted()
    send_by = time.monotonic() + 3
    carry_out(api, job(send_until=NOON + timedelta(seconds=3), send_by=send_by), lambda: NOON - timedelta(seconds=30))
    assert api.dialers[0].send_by == send_by
    late = carry_out(api, job(send_until=NOON + timedelta(seconds=3), send_by=0.0), lambda: NOON)
    assert [step.outcome for step in late.steps] == [Expired()]
