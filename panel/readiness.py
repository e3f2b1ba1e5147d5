"""What must be true before a long-running command begins, each with words that say what to do."""

import os
import socket
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import Error, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from panel.models import Dialer

HIGHEST_PORT = 65535
CONNECT_WITHIN_SECONDS = 5
IN_MEMORY = "panel.layers.ScalingInMemoryLayer"


def require_database() -> None:
    """CommandError unless the database can be reached, written to and is migrated."""
    _require_sqlite_file()
    require_server()
    try:
        missing = MigrationExecutor(connection).migration_plan(MigrationExecutor(connection).loader.graph.leaf_nodes())
    except Error as error:
        raise CommandError(f"The database cannot be opened ({error}). Check DATABASE_URL.".replace("\n", " ")) from None
    if missing:
        raise CommandError("The database has no tables yet, or older ones. Run: python manage.py migrate")
    try:
        with transaction.atomic():
            # An update of no row takes the write lock all the same.
            Dialer.objects.filter(pk=-1).update(name="")
    except Error as error:
        raise CommandError(
            f"The database cannot be written to ({error}). Check the rights of its file and folder."
        ) from None


def require_server() -> None:
    """CommandError where the database cannot be opened, be it migrated or not."""
    _require_postgresql()
    try:
        connection.ensure_connection()
    except Error as error:
        raise CommandError(f"The database cannot be opened ({error}). Check DATABASE_URL.".replace("\n", " ")) from None


def require_passwords() -> None:
    """CommandError where a dialer's password was encrypted with a key that is not in ENCRYPTION_KEYS any more."""
    try:
        list(Dialer.objects.all())
    except ImproperlyConfigured as error:
        raise CommandError(str(error)) from None


def require_shared_layer(command: str) -> None:
    """CommandError where this command would stand alone: the in-memory layer reaches no other process."""
    if settings.CHANNEL_LAYERS["default"]["BACKEND"] == IN_MEMORY:
        raise CommandError(
            f"{command} needs REDIS_URL: without it, no other process would hear it. "
            "For one process with a worker inside, use: python manage.py serve"
        )


def is_port(text: str) -> bool:
    """Whether this is a number that a port can have."""
    return text.isascii() and text.isdecimal() and 0 < int(text) <= HIGHEST_PORT


def require_address(bind: str, option: str = "--bind") -> tuple[str, int]:
    """HOST:PORT -> its parts; CommandError where it is malformed, or taken."""
    host, colon, port = bind.rpartition(":")
    host = host.strip("[]")
    if not colon or not host or not is_port(port):
        raise CommandError(f'{option} wants HOST:PORT, such as 127.0.0.1:8000, not "{bind}".')
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (socket.gaierror, UnicodeError):
        raise CommandError(f'Cannot listen on {bind}: there is no host "{host}". Check its name.') from None
    except OSError as error:
        raise CommandError(
            f"Cannot listen on {bind} ({os.strerror(error.errno) if error.errno and error.errno > 0 else error}). "
            f"Is something else running there? Choose another port with {option} HOST:PORT."
        ) from None
    return host, int(port)


def _require_postgresql() -> None:
    """One connection past the pool, which would try again and again and tell of each try."""
    if connection.vendor != "postgresql":
        return
    driver: Any = connection.Database  # type: ignore[attr-defined]  # of this vendor's wrapper
    try:
        driver.connect(**connection.get_connection_params(), connect_timeout=CONNECT_WITHIN_SECONDS).close()
    except driver.Error as error:
        reason = " ".join(str(error).split())
        raise CommandError(
            f"The database cannot be opened ({reason}). Check DATABASE_URL, and whether the server runs."
        ) from None


def _require_sqlite_file() -> None:
    """SQLite would make an empty file where none is; an empty database is not what anybody asked for."""
    if connection.vendor != "sqlite":
        return
    path = Path(str(connection.settings_dict["NAME"]))
    if not path.parent.is_dir():
        raise CommandError(f"The database's folder {path.parent} does not exist. Make it, or change DATABASE_URL.")
    if not path.exists():
        raise CommandError(f"There is no database at {path} yet. Run: python manage.py migrate")
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        raise CommandError(f"The database {path} or its folder cannot be written to. Change their rights.")
