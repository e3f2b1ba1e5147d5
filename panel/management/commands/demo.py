"""`manage.py demo`: everything on loopback in one process tree, with a simulated VICIdial."""

import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from panel.readiness import HIGHEST_PORT, is_port, require_address

FOLDER: Path = settings.BASE_DIR / "demo-data"
CONFIGURATION: Path = settings.BASE_DIR / "demo" / "config.json"
READY_WITHIN_SECONDS = 60
END_WITHIN_SECONDS = 20
SIMULATOR_OF_FILE = "http://127.0.0.1:8099"


class Command(BaseCommand):
    help = (
        "Try Clipdeck: a simulated VICIdial, a database of its own in demo-data/, and the server. Ctrl-C ends it all."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", default="8000", help="of the panel (default: %(default)s)")
        parser.add_argument("--simulator-port", default="8099", help="of the simulated VICIdial (default: %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        port, simulator_port = options["port"], options["simulator_port"]
        if port == simulator_port:
            raise CommandError("PORT and SIMULATOR_PORT must differ.")
        _require_port("PORT", port)
        _require_port("SIMULATOR_PORT", simulator_port)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _interrupted)
        children: list[subprocess.Popen[bytes]] = []
        try:
            self._say("Preparing the database and the demo configuration …")
            environment = _environment()
            _manage(environment, "migrate", "--verbosity", "0")
            _import(environment, simulator_port)
            children.append(_begin(environment, "simulator", "--port", simulator_port))
            children.append(_begin(environment, "serve", "--bind", f"127.0.0.1:{port}"))
            _wait_until_ready(f"http://127.0.0.1:{port}/readyz", children)
            self._say(_words(port, simulator_port))
            _wait_for_the_first_end(children)
        except KeyboardInterrupt:
            self._say("Ending …")
        finally:
            _end(children)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _interrupted(*_: object) -> None:
    # A second signal, such as Ctrl-C in a terminal that make passes on as well, must not break the ending.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _environment() -> dict[str, str]:
    """The environment of the demo's processes: keys and a database of its own, kept for the next time."""
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    kept = FOLDER / "keys.json"
    if not kept.exists():
        keys = {"SECRET_KEY": secrets.token_urlsafe(50), "ENCRYPTION_KEYS": Fernet.generate_key().decode()}
        kept.write_text(json.dumps(keys))
        kept.chmod(0o600)
    others = {name: value for name, value in os.environ.items() if not name.endswith("_FILE")}
    for name in ("REDIS_URL", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "EXTENSION_ORIGINS", "EMBED_ORIGINS"):
        others.pop(name, None)
    return {
        **others,
        **json.loads(kept.read_text()),
        "DEBUG": "1",
        "DATABASE_URL": f"sqlite:///{FOLDER / 'demo.sqlite3'}",
        "PYTHONUNBUFFERED": "1",
    }


def _require_port(name: str, port: str) -> None:
    if not is_port(port):
        raise CommandError(f"{name}={port} cannot be used. A port is a number from 1 to {HIGHEST_PORT}.")
    try:
        require_address(f"127.0.0.1:{port}")
    except CommandError as error:
        raise CommandError(f"{name}={port} cannot be used. {error}".replace("--bind HOST:PORT", f"{name}=")) from None


def _import(environment: dict[str, str], simulator_port: str) -> None:
    text = CONFIGURATION.read_text().replace(SIMULATOR_OF_FILE, f"http://127.0.0.1:{simulator_port}")
    with tempfile.NamedTemporaryFile("w", suffix=".json", dir=FOLDER) as file:
        file.write(text)
        file.flush()
        _manage(environment, "import_config", file.name)


def _manage(environment: dict[str, str], *words: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own commands
        _command(*words), env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CommandError(f"The demo could not be prepared ({words[0]}): {(done.stderr or done.stdout).strip()}")


def _begin(environment: dict[str, str], *words: str) -> "subprocess.Popen[bytes]":
    # A process group of its own: Ctrl-C in the terminal reaches this command alone, which ends the others in order.
    return subprocess.Popen(_command(*words), env=environment, start_new_session=True)  # noqa: S603 - our own commands


def _command(*words: str) -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *words]


def _wait_until_ready(url: str, children: "list[subprocess.Popen[bytes]]") -> None:
    for _ in range(READY_WITHIN_SECONDS * 5):
        if any(child.poll() is not None for child in children):
            raise CommandError("A part of the demo ended before it was ready; its own message stands above.")
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.2)
    raise CommandError(f"The demo did not become ready within {READY_WITHIN_SECONDS} seconds.")


def _wait_for_the_first_end(children: "list[subprocess.Popen[bytes]]") -> None:
    while all(child.poll() is None for child in children):
        time.sleep(0.2)
    raise CommandError("A part of the demo ended by itself; its own message stands above.")


def _end(children: "list[subprocess.Popen[bytes]]") -> None:
    for child in reversed(children):
        child.terminate()
    for child in children:
        try:
            child.wait(END_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()


def _words(port: str, simulator_port: str) -> str:
    return f"""
Clipdeck is ready:      http://127.0.0.1:{port}/
Simulated VICIdial:     http://127.0.0.1:{simulator_port}/   (what each agent's customer hears)

Logins (password clipdeck-demo):
  alice, bob            agents with a panel; carol and dave work at servers that cannot record
  sue                   supervisor
  ada                   admin
  otto                  auditor

Ctrl-C ends all of it.
"""
