"""The environment, typed: what is read from it is either usable or an `EnvError` that names the variable.

Every variable `NAME` may be given as `NAME_FILE` instead, the name of a file that holds the value, because secrets are
commonly mounted as files. No message repeats a value: most of these are secrets, or addresses with passwords in them.
"""

import os
import re
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from cryptography.fernet import Fernet

from agentapi.addresses import Network
from agentapi.reach import PLAIN_HOST, Reach, reach_of

_EXTENSION = re.compile(r"chrome-extension://[a-p]{32}")

_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"0", "false", "no", "off"})

_KEY_LENGTH = 50
"""What Django's own deployment check asks of a secret key."""

_TOKEN_LENGTH = 16

_POSTGRES_POOL = {"min_size": 1, "max_size": 10, "timeout": 3, "reconnect_timeout": 2}
"""Connections per process: sockets share one thread and the worker has one, pages take the rest. Whoever waits for one
for three seconds is told so, instead of hanging. A server that was away is found again at the next use: the pool itself
would try ever more seldom."""

_SQLITE_OPTIONS = {
    # A transaction takes the write lock when it begins. Deferred ones that turn into writers fail at once instead of
    # waiting for their turn.
    "transaction_mode": "IMMEDIATE",
    # Seconds to wait for another writer before giving up.
    "timeout": 5,
    # Readers never wait for the writer, and a crash of the process loses nothing. Django itself turns foreign keys on.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}


class EnvError(Exception):
    """The environment can't be used. The text is one line that names the variable and says what would be right."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} {problem}")
        self.name = name


class Environment:
    """Reads one mapping of variables, the process environment unless told otherwise."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = os.environ if variables is None else variables

    def text(self, name: str, default: str = "") -> str:
        """The value without surrounding white space; an empty one counts as not given."""
        value = self._variables.get(name, "").strip()
        file_name = f"{name}_FILE"
        path = self._variables.get(file_name, "").strip()
        if not path:
            return value or default
        if value:
            raise EnvError(name, f"is given twice, as {name} and as {file_name}; keep one")
        try:
            content = Path(path).read_text(encoding="utf-8-sig").strip()
        except OSError as error:
            raise EnvError(file_name, f"names a file that can't be read: {error.strerror}: {path}") from error
        except ValueError as error:
            raise EnvError(file_name, f"names a file that is not UTF-8 text: {path}") from error
        if not content:
            raise EnvError(file_name, f"names a file that is empty: {path}")
        return content

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.text(name).lower()
        if not value:
            return default
        if value not in _YES | _NO:
            raise EnvError(name, "must be 1 or 0 (or true/false, yes/no, on/off)")
        return value in _YES

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        text = self.text(name, str(default))
        if not text.isascii() or not text.isdecimal() or not least <= int(text) <= most:
            raise EnvError(name, f"must be a whole number from {least} to {most}")
        return int(text)

    def listing(self, name: str, default: tuple[str, ...] = ()) -> list[str]:
        """Comma-separated items, without the empty ones."""
        items = [item.strip() for item in self.text(name).split(",")]
        return [item for item in items if item] or list(default)

    def secret_key(self, *, insecure: str | None) -> str:
        """Django's signing key. `insecure` stands in where none is given; None demands a real one."""
        key = self.text("SECRET_KEY")
        if insecure is not None:
            return key or insecure
        if not key:
            raise EnvError("SECRET_KEY", "is not set; it is required unless DEBUG is on")
        # The last is how Django marks keys that were published, as the development key of these settings is.
        if len(key) < _KEY_LENGTH or len(set(key)) < 5 or key.startswith("django-insecure-"):
            raise EnvError("SECRET_KEY", f"is too easy to guess; use at least {_KEY_LENGTH} random characters")
        return key

    def token(self, name: str) -> str:
        """A secret that programs bring, or nothing."""
        token = self.text(name)
        if token and len(token) < _TOKEN_LENGTH:
            raise EnvError(name, f"is too easy to guess; use at least {_TOKEN_LENGTH} random characters")
        return token

    def encryption_keys(self, *, insecure: str, allow_insecure: bool) -> list[str]:
        """Fernet keys: the first encrypts, all decrypt. `insecure` is the one that everybody knows."""
        keys = self.listing("ENCRYPTION_KEYS", (insecure,) if allow_insecure else ())
        if not keys:
            raise EnvError("ENCRYPTION_KEYS", "is not set; it is required unless DEBUG is on")
        for position, key in enumerate(keys, start=1):
            try:
                Fernet(key)
            except ValueError as error:
                problem = f"holds something that is no Fernet key (32 bytes, URL-safe base64): number {position}"
                raise EnvError("ENCRYPTION_KEYS", problem) from error
            if key == insecure and not allow_insecure:
                raise EnvError(
                    "ENCRYPTION_KEYS", f"holds the development key, which everybody knows: number {position}"
                )
        return keys

    def hosts(self, name: str, default: tuple[str, ...]) -> list[str]:
        hosts = self.listing(name, default)
        for host in hosts:
            # An IPv6 address has colons of its own, inside brackets.
            if "/" in host or ":" in host.rpartition("]")[2] or any(map(str.isspace, host)):
                raise EnvError(name, f"must hold host names, comma separated, without scheme and port; not {host!r}")
        return hosts

    def origins(self, name: str) -> list[str]:
        origins = self.listing(name)
        for origin in origins:
            if not _is_origin(origin):
                problem = f"must hold origins such as https://panel.example.com, comma separated; not {origin!r}"
                raise EnvError(name, problem)
        return origins

    def extension_origins(self, name: str, default: tuple[str, ...]) -> list[str]:
        """Origins of programs with tokens: browser extensions by their id, or pages."""
        origins = self.listing(name, default)
        for origin in origins:
            if not _EXTENSION.fullmatch(origin) and not _is_origin(origin):
                problem = "must hold origins such as chrome-extension://ID (32 letters a-p), comma separated; not"
                raise EnvError(name, f"{problem} {origin!r}")
        return origins

    def networks(self, name: str, default: tuple[str, ...] = ()) -> list[Network]:
        """Addresses and networks such as 10.0.0.7 or 10.0.0.0/8."""
        networks: list[Network] = []
        for item in self.listing(name, default):
            try:
                networks.append(ip_network(item, strict=False))
            except ValueError as error:
                problem = (
                    f"must hold addresses or networks such as 10.0.0.7 or 10.0.0.0/8, comma separated; not {item!r}"
                )
                raise EnvError(name, problem) from error
        return networks

    def reach(self, name: str) -> Reach:
        """Which servers a dialer may be: host names, `.suffixes`, addresses and networks; nothing named: any."""
        try:
            return reach_of(self.listing(name))
        except ValueError as error:
            problem = "must hold host names, .suffixes, addresses or networks, comma separated, without scheme and port"
            raise EnvError(name, f"{problem}; not {str(error)!r}") from error

    def database(self, name: str, *, base: Path, default: str) -> dict[str, Any]:
        """Django's settings of one database, with what each engine needs to be shared by many threads."""
        url = self.text(name, default)
        scheme = url.partition(":")[0]
        if scheme not in {"sqlite", "postgres", "postgresql"}:
            raise EnvError(name, "must begin with sqlite:/// or postgresql://")
        try:
            settings: dict[str, Any] = dict(dj_database_url.parse(url))
        except ValueError as error:
            problem = "is not a valid address; a special character in user or password must be percent-encoded"
            raise EnvError(name, problem) from error
        options: dict[str, Any] = settings.get("OPTIONS", {})
        if scheme != "sqlite":
            if not settings["NAME"]:
                raise EnvError(name, "names no database; it must look like postgresql://user:password@host:5432/name")
            # Persistent connections and the pool exclude each other. The check finds what a restart broke.
            shared = {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}
            return {**settings, **shared, "OPTIONS": {"pool": _POSTGRES_POOL, **options}}
        if settings.get("HOST"):
            raise EnvError(name, "must have three slashes after sqlite: (four before an absolute path)")
        if settings["NAME"] == ":memory:":
            raise EnvError(name, "must name a file: a database in memory can't be shared by threads")
        if unknown := sorted(options.keys() - _SQLITE_OPTIONS.keys()):
            raise EnvError(name, f"has an option that is none of SQLite's here: {unknown[0]}")
        path = base / settings["NAME"]
        if path.is_dir():
            raise EnvError(name, f"names a directory instead of a file: {path}")
        if not path.parent.is_dir():
            raise EnvError(name, f"names a file in a directory that does not exist: {path.parent}")
        # Opening the file anew for every click would cost more than the click.
        alone: dict[str, Any] = {"ENGINE": "config.sqlite3", "CONN_MAX_AGE": None}
        return {**settings, **alone, "NAME": str(path), "OPTIONS": {**_SQLITE_OPTIONS, **options}}

    def redis(self, name: str) -> str:
        """A Redis address, or nothing."""
        url = self.text(name)
        if not url:
            return ""
        try:
            parts = urlsplit(url)
            # Asking for the port is what makes Python look at it.
            has_host = bool(parts.hostname) and parts.port != 0
        except ValueError as error:
            raise EnvError(name, "is not a valid address; it must look like redis://host:6379/0") from error
        database = parts.path.strip("/")
        if parts.scheme in {"redis", "rediss"} and has_host and (not database or database.isdecimal()):
            return url
        if parts.scheme == "unix" and parts.path not in {"", "/"}:
            return url
        raise EnvError(name, "must look like redis://host:6379/0, rediss://host:6379/0 or unix:///path/to/socket")


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        # Asking for the port is what makes Python look at it.
        is_whole = text == f"{parts.scheme}://{parts.netloc}" and parts.port != 0
        return is_whole and parts.scheme in {"http", "https"} and bool(PLAIN_HOST.fullmatch(parts.netloc))
    except ValueError:
        return False


def password_of(url: str) -> str:
    """The password in an address, or nothing."""
    return unquote(urlsplit(url).password or "")
