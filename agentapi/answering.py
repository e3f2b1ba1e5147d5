"""Reads an answer from the wire: whole within one span of time, or it counts as lost."""

import io
import socket
import time
from http.client import HTTPException, HTTPResponse, RemoteDisconnected
from typing import Any

LONGEST_HEAD = 64 * 1024
"""Bytes before the body, however many `100 Continue` stand there."""


class WholeAnswer(HTTPResponse):
    """The standard library's response with two differences: the socket's timeout is that of the whole answer and not of
    each piece of it, and an end within the head is a lost connection and not the end of the head.
    """

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self._wire = _Wire(sock)
        self.fp = io.BufferedReader(self._wire)

    def begin(self) -> None:
        """Read the head. TimeoutError when its time is up, HTTPException where it is cut off or endless."""
        super().begin()
        self._wire.in_head = False


class _Wire(io.RawIOBase):
    """The socket as a raw stream; what is left of the time is the timeout of each read."""

    in_head = True

    def __init__(self, sock: socket.socket) -> None:
        # Reading through it keeps the socket open where http.client closes it before the body was read.
        self._stream = sock.makefile("rb", buffering=0)
        self._sock = sock
        self._allowed = sock.gettimeout()
        self._deadline = None if self._allowed is None else time.monotonic() + self._allowed
        self._length = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._deadline is not None:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            self._sock.settimeout(left)
        length = self._stream.readinto(buffer)
        if self.in_head:
            self._look_at_head(length or 0)
        return length

    def _look_at_head(self, length: int) -> None:
        if not length:
            raise RemoteDisconnected("The answer ends within its head.")
        self._length += length
        if self._length > LONGEST_HEAD:
            raise HTTPException("The head of the answer is endless.")

    def close(self) -> None:
        if not self.closed:
            # The next request on this connection is sent with the full time again.
            self._sock.settimeout(self._allowed)
            self._stream.close()
        super().close()
