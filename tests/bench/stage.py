"""What a section needs around it: an installation, a simulator, the engines, and an end for all of them."""

import asyncio
import secrets
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography.fernet import Fernet

from tests.bench.cpu import Meter
from tests.bench.presser import Pressers
from tests.bench.simulated import Bare, Simulated
from tests.engines.servers import PostgreSQL, Redis
from tests.load.town import Engines, Town

PRODUCTION = {"DEBUG": "", "SECRET_KEY": secrets.token_urlsafe(50), "ENCRYPTION_KEYS": Fernet.generate_key().decode()}
"""Debugging keeps a copy of every statement."""


class Stage:
    """An installation whose agents are about to press."""

    def __init__(self, town: Town, simulated: Simulated, redis: Redis | None) -> None:
        self.town, self.simulated, self.redis = town, simulated, redis
        self.bare = Bare(simulated)
        self.pressers = Pressers(town.urls, town.cookies)
        self._runner = asyncio.Runner()

    def run(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do this while the sockets live."""
        self._runner.run(work)

    def meter(self) -> Meter:
        """Counts what each part of all that runs here uses."""
        webs = [web.process.pid for web in self.town.webs.values()]
        named = {"web": webs} if self.town.workers else {"Clipdeck": webs}
        if self.town.engines and self.redis:
            named |= {
                "workers": [worker.process.pid for worker in self.town.workers],
                "PostgreSQL": [_pid_of(self.town.engines.postgres)],
                "Redis": [_pid_of(self.redis)],
            }
        return Meter(named | {"simulator": [self.simulated.pid]})

    def troubles(self) -> list[str]:
        """What was lost, doubled or shown wrongly of all that was pressed here."""
        self.run(self.pressers.finish())
        found: list[str] = []

        async def compare() -> None:
            received = self.simulated.received()
            found.extend(await asyncio.to_thread(self.town.troubles, self.pressers, received))

        self.run(compare())
        return found

    def close(self) -> None:
        self.run(self.pressers.leave())
        self._runner.close()


@contextmanager
def engines() -> Iterator[tuple[PostgreSQL, Redis]]:
    """A PostgreSQL and a Redis."""
    postgres, redis = PostgreSQL(), Redis()
    try:
        postgres.start()
        redis.start()
        yield postgres, redis
    finally:
        redis.close()
        postgres.close()


@contextmanager
def embedded(agents: int) -> Iterator[Stage]:
    """One process with everything in it, and SQLite."""
    with _staged(agents, None, 1) as stage:
        yield stage


@contextmanager
def apart(agents: int, *, each: int) -> Iterator[Stage]:
    """So many web processes and as many workers, over PostgreSQL and Redis."""
    with engines() as servers, _staged(agents, servers, each) as stage:
        yield stage


@contextmanager
def _staged(agents: int, servers: tuple[PostgreSQL, Redis] | None, each: int) -> Iterator[Stage]:
    # One agent more, whom the bare calls are for.
    with Simulated(agents + 1) as simulated, TemporaryDirectory(prefix="clipdeck-bench-") as folder:
        found = Engines(servers[0], servers[1].url, servers[1].url) if servers else None
        town = Town(Path(folder), agents + 1, simulated.url, found, **PRODUCTION)
        town.start(webs=each, workers=each)
        stage = Stage(town, simulated, servers[1] if servers else None)
        try:
            yield stage
        finally:
            stage.close()
            town.close()


def _pid_of(server: PostgreSQL | Redis) -> int:
    assert server._process is not None
    return server._process.pid
