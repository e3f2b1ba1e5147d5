"""Clipdeck as real processes: started, asked, ended, and what they said kept."""

import atexit
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar
from uuid import uuid4

import requests
from websockets.exceptions import ConnectionClosed
from websockets.frames import Close
from websockets.sync.client import ClientConnection, connect

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "clipdeck-demo"
SIMULATOR_OF_FILE = "http://127.0.0.1:8099"
READY_WITHIN = 30.0
END_WITHIN = 20.0

# What the machine that runs the tests may have set for itself must not reach the processes.
_VARIABLES = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
_OURS = re.compile(rf"({'|'.join(_VARIABLES)})(_FILE)?|DJANGO_SETTINGS_MODULE|PYTHONWARNINGS")


def environment(database: Path | None = None, **others: str) -> dict[str, str]:
    """The environment of a process, without what the outside says about Clipdeck."""
    kept = {name: value for name, value in os.environ.items() if not _OURS.fullmatch(name)}
    own = {"DATABASE_URL": f"sqlite:///{database}"} if database else {}
    return {**kept, "DEBUG": "1", "PYTHONUNBUFFERED": "1", **own, **others}


def run(*words: str, env: Mapping[str, str], cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """One command of manage.py, to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def free_port() -> int:
    """A port that nobody had a moment ago, below those that the system gives away by itself."""
    for _ in range(200):
        port = 18_000 + int.from_bytes(os.urandom(2)) % 12_000
        if not taken(port):
            return port
    raise RuntimeError("no free port")


def taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def wait_for(what: Callable[[], T], within: float = 10.0) -> T:
    """Ask until the answer is true, and give it; AssertionError where it never is."""
    last = time.monotonic() + within
    while not (answer := what()):
        assert time.monotonic() < last, f"not within {within} s"
        time.sleep(0.02)
    return answer


class Running:
    """One command of manage.py as a process."""

    def __init__(self, *words: str, env: Mapping[str, str], log: Path, cwd: Path = ROOT) -> None:
        self.words, self._log = words, log
        self._from = log.stat().st_size if log.exists() else 0
        with log.open("ab") as file:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", *words],
                cwd=cwd,
                env=env,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self._log.read_bytes()[self._from :].decode()

    def terminate(self) -> int:
        """SIGTERM, and the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(END_WITHIN)

    def kill(self) -> None:
        """SIGKILL: nothing in the process can do anything about it."""
        self.process.kill()
        self.process.wait(END_WITHIN)

    def close(self) -> None:
        """End it in good order if it still runs; it must not have ended otherwise."""
        if self.process.returncode is None:
            code = self.terminate()
            assert code == 0, f"{self.words} ended with {code}:\n{self.said}"


@cache
def _template() -> Path:
    """A database with the demo's configuration, made once."""
    folder = Path(mkdtemp(prefix="clipdeck-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    database = folder / "template.sqlite3"
    for words in (("migrate", "--verbosity", "0"), ("import_config", str(ROOT / "demo" / "config.json"))):
        done = run(*words, env=environment(database))
        assert done.returncode == 0, done.stderr
    return database


class House:
    """A database of its own with the demo's configuration, and the server on it."""

    def __init__(self, folder: Path, simulator_port: int) -> None:
        self.folder, self.port, self.simulator_port = folder, free_port(), simulator_port
        self.database = folder / "house.sqlite3"
        self.env = environment(self.database)
        self.server: Running | None = None
        self._prepare()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def simulator_url(self) -> str:
        return f"http://127.0.0.1:{self.simulator_port}"

    def _prepare(self) -> None:
        """A copy of what one import made, pointed at this house's own simulator: hashing passwords takes seconds."""
        shutil.copy(_template(), self.database)
        with closing(sqlite3.connect(self.database)) as connection, connection:
            for column in ("url", "non_agent_url"):
                connection.execute(
                    f"UPDATE panel_dialer SET {column} = replace({column}, ?, ?)",
                    (SIMULATOR_OF_FILE, self.simulator_url),
                )

    def serve(self) -> Running:
        """Start the server and wait until it is ready."""
        server = Running("serve", "--bind", f"127.0.0.1:{self.port}", env=self.env, log=self.folder / "serve.log")
        self.server = server
        wait_until_ready(self.url, server)
        return server

    def close(self) -> None:
        if self.server:
            self.server.close()

    def query(self, sql: str) -> list[Any]:
        """What the database says, past the application."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return connection.execute(sql).fetchall()


@contextmanager
def locked(database: Path):
    """Within, nobody else may write to the database."""
    with closing(sqlite3.connect(database, timeout=20, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield


def wait_until_ready(url: str, process: Running) -> None:
    def ready() -> bool:
        assert process.process.poll() is None, process.said
        return answers(f"{url}/readyz")

    try:
        wait_for(ready, READY_WITHIN)
    except AssertionError as error:
        raise AssertionError(f"{error}:\n{process.said}") from None


def answers(url: str) -> bool:
    """Whether a GET there brings 200."""
    try:
        return requests.get(url, timeout=2).status_code == 200
    except requests.RequestException:
        return False


def log_in(url: str, username: str) -> str:
    """The session's cookie of somebody who filled in the form."""
    with requests.Session() as session:
        session.get(f"{url}/login/", timeout=10)
        form = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": session.cookies["csrftoken"]}
        answer = session.post(f"{url}/login/", data=form, timeout=10, allow_redirects=False)
        assert answer.status_code == 302, answer.text
        return str(session.cookies["sessionid"])


class Client:
    """A websocket client that knows what the contract says, and nothing else."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.heard: list[dict[str, Any]] = []

    def press(self, action: str, **fields: str) -> str:
        """Send a click and give its id."""
        press_id = str(uuid4())
        self.say(type="click", id=press_id, action=action, **fields)
        return press_id

    def say(self, **frame: str) -> None:
        self._socket.send(json.dumps(frame))

    def take_in(self) -> None:
        """Whatever came by now: a client that does not read is not served."""
        with suppress(TimeoutError):
            while True:
                self.heard.append(json.loads(self._socket.recv(timeout=0)))

    def until(self, found: Callable[[dict[str, Any]], object], within: float = 15.0) -> dict[str, Any]:
        """Take messages in until one fits, and give it."""
        last = time.monotonic() + within
        while True:
            message: dict[str, Any] = json.loads(self._socket.recv(timeout=max(0.01, last - time.monotonic())))
            self.heard.append(message)
            if found(message):
                return message

    def state(self, found: Callable[[dict[str, Any]], object], within: float = 15.0) -> dict[str, Any]:
        """The state now, or the first one to come, that fits."""
        known = [m["state"] for m in self.heard if "state" in m]
        if known and found(known[-1]):
            return dict(known[-1])
        return dict(self.until(lambda m: "state" in m and found(m["state"]), within)["state"])

    def ended(self, press_id: str, within: float = 15.0) -> dict[str, Any]:
        """How a click of this client ended."""
        return self.until(lambda m: m.get("id") == press_id and m.get("status") not in {"queued", "sent"}, within)

    def closed(self) -> Close | None:
        """Take in the rest, and give the close frame that ended it, or None where it just broke."""
        try:
            while True:
                self.heard.append(json.loads(self._socket.recv(timeout=END_WITHIN)))
        except ConnectionClosed as closed:
            return closed.rcvd

    def until_closed(self) -> int | None:
        """Take in the rest, and give the code with which the server closed."""
        close = self.closed()
        return close.code if close else None

    def told(self, press_id: str) -> list[str]:
        """All that was said of a click, in order."""
        return [m.get("status") or m["code"] for m in self.heard if m.get("id") == press_id]


@contextmanager
def panel_of(url: str, cookie: str):
    """A websocket of the agent to whom the cookie belongs, after its snapshot."""
    address = f"{url.replace('http:', 'ws:')}/ws/panel/"
    with connect(address, additional_headers={"Cookie": f"sessionid={cookie}"}, origin=None) as socket:
        client = Client(socket)
        client.until(lambda m: m["type"] == "snapshot")
        yield client
