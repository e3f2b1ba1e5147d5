"""The worker of this process, if there is one: it takes a press at once, without being rung and without a claim."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from agentapi.worker import Job


class Taker(Protocol):
    """What a worker offers to those nearby: see `agentapi.worker.Worker`."""

    def expect(self) -> bool: ...

    def offer(self, job: Job | None) -> None: ...


@dataclass
class Turn:
    """A free thread of the worker of that name, which waits for a `job`."""

    name: str
    worker: Taker
    is_over: bool = False

    def take(self, job: Job | None) -> None:
        """Let the thread carry the job out, or, without one, go."""
        if not self.is_over:
            self.is_over = True
            self.worker.offer(job)


class Nearby:
    """Where this process' worker is found."""

    def __init__(self) -> None:
        self._name = ""
        self._worker: Taker | None = None

    def settle(self, name: str, worker: Taker) -> None:
        """Say that this worker works in this process now."""
        self._name, self._worker = name, worker

    def leave(self) -> None:
        """No worker works in this process any more."""
        self._worker = None

    @contextmanager
    def turn(self) -> Iterator[Turn | None]:
        """A thread for the job that it is told to take, at the latest within, or None where none is free."""
        worker = self._worker
        if worker is None or not worker.expect():
            yield None
            return
        turn = Turn(self._name, worker)
        try:
            yield turn
        finally:
            turn.take(None)


nearby = Nearby()
