"""A whole installation as real processes, on either pair of engines, and a crowd of agents who work in it."""

import asyncio
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from agentapi.simulator.journal import RequestRecord
from tests.engines.servers import PostgreSQL
from tests.load.crowd import Crowd
from tests.load.ledger import ClickRow, troubles
from tests.processes.running import END_WITHIN, ROOT, Running, environment, free_port, run, wait_until_ready

SEEN_WITHIN_SECONDS = 6.0
CLICKS = """
    SELECT c.id, a.agent_user, c.action, c.press, c.status, c.reason, c.requested_at, c.sent_at, c.ended_at
    FROM panel_click c JOIN panel_agent a ON a.id = c.agent_id
"""
VERSIONS = "SELECT a.agent_user, s.version FROM panel_session s JOIN panel_agent a ON a.id = s.agent_id"


@dataclass(frozen=True)
class Engines:
    """PostgreSQL, and where the web processes and the workers find Redis."""

    postgres: PostgreSQL
    redis_of_webs: str
    redis_of_workers: str


class Town:
    """Web processes and workers over one database. Without engines: one process with SQLite and a worker inside.
    `settings` are further variables of their environment.
    """

    def __init__(
        self, folder: Path, agents: int, api_url: str, engines: Engines | None = None, **settings: str
    ) -> None:
        self.folder, self.engines = folder, engines
        self._database = folder / "town.sqlite3"
        self._name = f"town_{free_port()}_{time.time_ns()}"
        self.webs: dict[int, Running] = {}
        self.workers: list[Running] = []
        # Of a whole floor that comes at once the default would ask so few a second that their beginning takes minutes.
        asks = {"WATCH_CALLS_PER_SECOND": str(max(10, agents // 10))}
        self._env = environment(None, DATABASE_URL=self._database_url(), **{**asks, **settings})
        self.cookies = self._prepare(agents, api_url)

    @property
    def urls(self) -> list[str]:
        return [f"http://127.0.0.1:{port}" for port in self.webs]

    def start(self, webs: int = 1, workers: int = 1) -> None:
        """Start everything, and return when all of it is ready. The embedded pair is one process, whatever is asked."""
        if self.engines:
            for _ in range(workers):
                self.start_worker()
        for port in [free_port() for _ in range(webs if self.engines else 1)]:
            self.start_web(port)
        for port, web in self.webs.items():
            wait_until_ready(f"http://127.0.0.1:{port}", web)

    def start_web(self, port: int) -> Running:
        """Start the web process that has this port."""
        words = ("serve", "--bind", f"127.0.0.1:{port}", *(("--no-worker",) if self.engines else ()))
        redis = self.engines.redis_of_webs if self.engines else ""
        self.webs[port] = self._running(words, redis)
        return self.webs[port]

    def start_worker(self) -> Running:
        """Start one more worker."""
        assert self.engines, "the embedded worker is inside the web process"
        worker = self._running(("worker",), self.engines.redis_of_workers)
        self.workers.append(worker)
        return worker

    def close(self) -> None:
        """End all that runs, all at once; each must end in good order."""
        processes = [*self.webs.values(), *self.workers]
        for process in processes:
            if process.process.poll() is None:
                process.process.terminate()
        for process in processes:
            assert process.process.wait(END_WITHIN) == 0, process.said

    def troubles(self, crowd: Crowd, records: list[RequestRecord], since: float = 0.0) -> list[str]:
        """What does not fit between the database, VICIdial and the screens, for all that was pressed since then.

        A screen may be a look behind; so the whole is said only when it is still so some seconds later.
        """
        last = time.monotonic() + SEEN_WITHIN_SECONDS
        while True:
            rows = [row for row in self.clicks() if row.requested_at >= since]
            statuses = {row.id: row.status for row in rows}
            found = crowd.troubles(statuses, dict(self.query(VERSIONS)))
            if not found or time.monotonic() > last:
                return found + troubles(rows, [record for record in records if record.time >= since])
            time.sleep(0.2)

    def clicks(self) -> list[ClickRow]:
        """All clicks."""
        return [
            ClickRow(str(UUID(str(key))), user, action, _json(press), status, reason, *map(_epoch, times))
            for key, user, action, press, status, reason, *times in self.query(CLICKS)
        ]

    def query(self, sql: str) -> list[Any]:
        """What the database says, past the application."""
        if self.engines:
            return self.engines.postgres.execute(sql, self._name)
        with closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)) as connection:
            return connection.execute(sql).fetchall()

    def _database_url(self) -> str:
        if self.engines:
            return self.engines.postgres.create(self._name)
        return f"sqlite:///{self._database}"

    def _prepare(self, agents: int, api_url: str) -> list[str]:
        migrated = run("migrate", "--verbosity", "0", env=self._env)
        assert migrated.returncode == 0, migrated.stderr
        words = [sys.executable, "-m", "tests.load.prepare", str(agents), api_url]
        done = subprocess.run(words, cwd=ROOT, env=self._env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        cookies: list[str] = json.loads(done.stdout)
        return cookies

    def _running(self, words: tuple[str, ...], redis: str) -> Running:
        env = {**self._env, "REDIS_URL": redis} if redis else self._env
        return Running(*words, env=env, log=self.folder / f"{words[0]}-{free_port()}.log")


class Shift:
    """A crowd at work in this thread's stead: begun, left to itself while something is done to the town, and ended."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self._loop = asyncio.new_event_loop()

    def during(self, what: Callable[[], object]) -> None:
        """Let the crowd come and work, do this meanwhile in a thread, and let the crowd finish. The sockets stay."""
        self._loop.run_until_complete(self._during(what))

    def stay(self, work: Callable[[], Any]) -> Any:
        """Do this in a thread while the sockets live."""
        return self._loop.run_until_complete(asyncio.to_thread(work))

    def close(self) -> None:
        self._loop.run_until_complete(self.crowd.leave())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def _during(self, what: Callable[[], object]) -> None:
        await self.crowd.come()
        self.crowd.begin()
        await asyncio.to_thread(what)
        await self.crowd.finish()


def _json(press: Any) -> dict[str, Any]:
    return dict(json.loads(press) if isinstance(press, str) else press)


def _epoch(moment: datetime | str | None) -> Any:
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    return moment.timestamp() if moment else None
