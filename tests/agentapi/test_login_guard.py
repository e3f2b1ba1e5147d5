"""Ten wrong tries would lock the API user, and with it the whole floor (FACTS 1.8)."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Semaphore
from typing import Any

import pytest

from agentapi import logins
from agentapi.client import Dialer
from agentapi.commands import AskVersion, Command, StopClip
from agentapi.logins import LoginGuard
from agentapi.outcomes import Accepted, NotSent, Outcome, Refused, Unanswered
from agentapi.replies import Reason

MAIN = Dialer("main", "http://127.0.0.1:9/", "api", "secret")
WRONG = Refused(Reason.LOGIN_REFUSED)


class Server:
    """Answers each call when told to, and counts what reached it."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.calls = 0
        self.came = Semaphore(0)
        self._may_answer = Semaphore(0)

    def execute(self, dialer: Dialer, agent_user: str, command: Command) -> Outcome:
        self.calls += 1
        self.came.release()
        assert self._may_answer.acquire(timeout=20)
        return self.outcome

    def answer(self, calls: int = 1) -> None:
        self._may_answer.release(calls)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def floor_of(agents: int, guard: LoginGuard) -> Iterator[list[Future[Outcome]]]:
    """That many agents who press at the same moment."""
    with ThreadPoolExecutor(agents) as pool:
        yield [pool.submit(guard.execute, MAIN, str(agent), StopClip()) for agent in range(agents)]


def outcomes(presses: list[Future[Outcome]]) -> list[Any]:
    wait(presses, timeout=20)
    return [press.result() for press in presses]


def test_fifty_agents_with_a_wrong_password_make_one_request():
    server = Server(WRONG)
    with floor_of(50, LoginGuard(server, Clock())) as presses:
        server.answer(50)
        done = outcomes(presses)
    assert server.calls == 1
    assert done.count(WRONG) == 1
    assert done.count(NotSent(logins.REFUSED, held_back=True)) == 49


def test_a_refused_login_is_not_tried_again_for_a_while():
    server, clock = Server(WRONG), Clock()
    guard = LoginGuard(server, clock)
    server.answer(2)
    guard.execute(MAIN, "1000", StopClip())
    clock.now += logins.REFUSED_FOR_SECONDS - 0.1
    assert guard.execute(MAIN, "1000", StopClip()) == NotSent(logins.REFUSED, held_back=True)
    clock.now += 0.2
    assert guard.execute(MAIN, "1000", StopClip()) == WRONG
    assert server.calls == 2


def test_another_password_is_another_login():
    server = Server(WRONG)
    guard = LoginGuard(server, Clock())
    server.answer(2)
    guard.execute(MAIN, "1000", StopClip())
    corrected = Dialer("main", MAIN.url, MAIN.user, "corrected")
    server.outcome = Accepted()
    assert guard.execute(corrected, "1000", StopClip()) == Accepted()


def test_good_answers_open_the_door_step_by_step():
    server = Server(Accepted())
    with floor_of(10, LoginGuard(server, Clock())) as presses:
        for inside in (1, 2, 4, 3):
            for _ in range(inside):
                assert server.came.acquire(timeout=20)
            assert server.calls == sum((1, 2, 4, 3)[: (1, 2, 4, 3).index(inside) + 1])
            server.answer(inside)
        assert outcomes(presses) == [Accepted()] * 10


def test_after_a_quiet_second_the_login_must_be_proved_again():
    server, clock = Server(Accepted()), Clock()
    guard = LoginGuard(server, clock)
    server.answer(1)
    guard.execute(MAIN, "1000", StopClip())
    clock.now += logins.PROVED_FOR_SECONDS + 0.1
    server.outcome = WRONG
    with floor_of(20, guard) as presses:
        server.answer(20)
        outcomes(presses)
    assert server.calls == 2


@pytest.mark.parametrize("lost", [Unanswered(), NotSent()], ids=str)
def test_who_waits_for_a_call_that_fails_is_not_sent(lost):
    server = Server(lost)
    with floor_of(5, LoginGuard(server, Clock())) as presses:
        assert server.came.acquire(timeout=20)
        server.answer(5)
        done = outcomes(presses)
    assert server.calls + done.count(NotSent(logins.FAILED, held_back=True)) == 5


def test_another_refusal_than_of_the_login_proves_it():
    server = Server(Refused(Reason.NOT_LOGGED_IN))
    with floor_of(6, LoginGuard(server, Clock())) as presses:
        server.answer(6)
        assert outcomes(presses) == [server.outcome] * 6
    assert server.calls == 6


def test_nobody_waits_for_ever(monkeypatch):
    monkeypatch.setattr(logins, "WAIT_SECONDS", 0.01)
    server = Server(Accepted())
    with floor_of(2, LoginGuard(server, Clock())) as presses:
        assert server.came.acquire(timeout=20)
        held = wait(presses, timeout=20, return_when="FIRST_COMPLETED").done.pop()
        assert held.result() == NotSent(logins.SLOW, held_back=True)
        server.answer(1)
        assert sorted(map(str, outcomes(presses))) == sorted(map(str, [Accepted(), held.result()]))


def test_the_version_waits_for_no_login():
    server = Server(Accepted())
    guard = LoginGuard(server, Clock())
    with floor_of(1, guard) as presses:
        assert server.came.acquire(timeout=20)
        server.answer(2)
        assert guard.execute(MAIN, "", AskVersion()) == Accepted()
        outcomes(presses)


def test_the_version_proves_no_login():
    server = Server(Accepted())
    guard = LoginGuard(server, Clock())
    server.answer(3)
    for _ in range(3):
        guard.execute(MAIN, "", AskVersion())
    server.outcome = WRONG
    with floor_of(5, guard) as presses:
        server.answer(5)
        outcomes(presses)
    assert server.calls == 3 + 1
