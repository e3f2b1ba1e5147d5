"""Passwords at the door: counted, then hashed two at a time, so that strangers who guess slow nobody else down."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.db import close_old_connections, connection
from django.http import HttpRequest
from django.utils import timezone

from panel.services import logins

AT_ONCE = 2
WAITING = 100
PATIENCE_SECONDS = 20.0


class BusyError(Exception):
    """Too many others are logging in at this moment."""


class Lane:
    """So many at a time, and so many who wait for at most so long; BusyError for all others."""

    def __init__(self, at_once: int, waiting: int, patience: float) -> None:
        self._places = BoundedSemaphore(at_once)
        self._present = BoundedSemaphore(at_once + waiting)
        self._patience = patience

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Inside, it is one's turn."""
        if not self._present.acquire(blocking=False):
            raise BusyError
        try:
            if not self._places.acquire(timeout=self._patience):
                raise BusyError
            try:
                yield
            finally:
                self._places.release()
        finally:
            self._present.release()


lane = Lane(AT_ONCE, WAITING, PATIENCE_SECONDS)
"""The hashing of this process."""


class CountedBackend(ModelBackend):
    """Django's own look at a name and a password, for so many tries of one name from one network.

    LoginClosedError and BusyError go through to the view: the password was not looked at.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Any:
        """The user, or None where the password is wrong; without a request nobody is counted."""
        if request is None or not username or password is None:
            return super().authenticate(request, username, password, **kwargs)
        address = request.META.get("REMOTE_ADDR", "")
        logins.count(username, address, timezone.now())
        if not connection.in_atomic_block:
            # Whoever waits needs none; presses do.
            close_old_connections()
        try:
            with lane.turn():
                user = super().authenticate(request, username, password, **kwargs)
        except BusyError:
            logins.give_back(username, address, 1)
            raise
        if user is None:
            logins.wrong(username, address, timezone.now())
        else:
            logins.give_back(username, address)
        return user

    async def aauthenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """The same."""
        found: User | None = await sync_to_async(self.authenticate)(request, username, password, **kwargs)
        return found
