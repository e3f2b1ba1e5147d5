"""Connections that are made, and spoken to, only as long as what is to be said is worth saying.

Looking a name up, trying one address after the other and TLS each take their time. Together they get no more than there
is, and the clock is looked at once more just before the first byte of a request is written.
"""

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import ip_address
from threading import Lock, Thread
from typing import Any

from urllib3.connection import HTTPConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

SHORTEST_WAIT = 0.001
"""A timeout of 0 would mean not to wait but to fail at once, in another way."""


@dataclass
class Errand:
    """A request on its way out: by when the first byte must be written, by the monotonic clock, and whether it was."""

    send_by: float = float("inf")
    clock: Callable[[], float] = time.monotonic
    is_written: bool = False

    @property
    def left(self) -> float:
        """Seconds until it is too late."""
        return self.send_by - self.clock()


_errand: ContextVar[Errand | None] = ContextVar("errand", default=None)


@contextmanager
def on(errand: Errand) -> Iterator[None]:
    """What this thread sends within is for that errand."""
    token = _errand.set(errand)
    try:
        yield
    finally:
        _errand.reset(token)


class Timely(HTTPConnection):
    """Connects and writes for the errand of its thread, in time or not at all."""

    def _new_conn(self) -> socket.socket:
        errand = _errand.get() or Errand()
        failed: Exception | None = None
        for address in self._addresses(errand):
            within = self._within(errand)
            try:
                opened = create_connection((address, self.port), within, self.source_address, self.socket_options)
            except TimeoutError as error:
                failed = ConnectTimeoutError(self, f"no connection within {within} s")
                failed.__cause__ = error
            except OSError as error:
                failed = NewConnectionError(self, f"no connection: {error}")
                failed.__cause__ = error
            else:
                # TLS follows on this socket, and gets what is left.
                opened.settimeout(max(min(within, errand.left), SHORTEST_WAIT))
                return opened
        raise failed or NewConnectionError(self, "the name leads to no address")

    def endheaders(self, *args: Any, **kwargs: Any) -> None:
        """Write the head, unless it is too late by now. The body follows at once."""
        errand = _errand.get() or Errand()
        if self.sock is None:
            self.connect()
        if errand.left <= 0:
            raise ConnectTimeoutError(self, "too late to be sent")
        errand.is_written = True
        super().endheaders(*args, **kwargs)

    def _addresses(self, errand: Errand) -> list[str]:
        try:
            return looked_up(self.host, self.port, self._within(errand))
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "the name was not found in time") from error

    def _within(self, errand: Errand) -> float:
        """How long the next step may take; ConnectTimeoutError where there is no time left."""
        if errand.left <= 0:
            raise ConnectTimeoutError(self, "too late to be sent")
        allowed = self.timeout if isinstance(self.timeout, int | float) else errand.left
        return max(min(allowed, errand.left), SHORTEST_WAIT)


_looking: dict[tuple[str, int], "Future[list[str]]"] = {}
_lock = Lock()


def looked_up(host: str, port: int, within: float) -> list[str]:
    """The addresses of a host, in the order to try them; TimeoutError where that takes longer than `within` seconds,
    socket.gaierror where there are none.

    The system's resolver cannot be told how long to try, so a thread waits for it. Of the same host only one does.
    """
    if _is_address(host.strip("[]")):
        return [host.strip("[]")]
    with _lock:
        found = _looking.get((host, port))
        if found is None:
            found = _looking[host, port] = Future()
            Thread(target=_look_up, args=(host, port, found), name="resolver", daemon=True).start()
    return found.result(min(within, 3600.0))


def _is_address(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _look_up(host: str, port: int, found: "Future[list[str]]") -> None:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(row[4][0]) for row in rows))
    except (OSError, UnicodeError) as error:
        failed: Exception | None = error
    else:
        failed = None
    with _lock:
        del _looking[host, port]
    if failed:
        found.set_exception(failed)
    else:
        found.set_result(addresses)
