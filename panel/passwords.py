"""Passwords at the door: counted, then hashed two at a time, so that strangers who guess slow nobody else down."""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, verify_password
from django.contrib.auth.models import User
from django.db import close_old_connections, connection
from django.http import HttpRequest
from django.utils import timezone

from panel.selectors.tokens import login_of
from panel.services import logins, tokens

Found = TypeVar("Found")

AT_ONCE = 2
WAITING = 100
PATIENCE_SECONDS = 20.0
NICENESS = 5
"""What else the process does goes first: of a processor that both want, hashing gets about a quarter."""


class BusyError(Exception):
    """Too many others are logging in at this moment."""


class Lane:
    """Threads of its own for heavy work: so many at a time, and so many who wait for at most `patience` seconds."""

    def __init__(self, at_once: int, waiting: int, patience: float) -> None:
        self._threads = ThreadPoolExecutor(at_once, "hashing", initializer=_step_back)
        self._places = threading.BoundedSemaphore(at_once + waiting)
        self._patience = patience

    def run(self, work: Callable[[], Found]) -> Found:
        """What the work brings; BusyError where it was not begun, because too many wait or it took too long."""
        if not self._places.acquire(blocking=False):
            raise BusyError
        try:
            future = self._threads.submit(work)
            try:
                return future.result(self._patience)
            except TimeoutError:
                if future.cancel():
                    raise BusyError from None
                return future.result()
        finally:
            self._places.release()


def _step_back() -> None:
    """Let the process's other threads go first, where a thread has a priority of its own."""
    # A sandbox may forbid it: then they are as the others.
    with suppress(OSError):
        if sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


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
        user = User.objects.filter(username=username).first()
        if not connection.in_atomic_block:
            # Whoever waits needs none; presses do.
            close_old_connections()
        try:
            # Of somebody who is not there it takes as long.
            kept = user.password if user else UNUSABLE_PASSWORD_PREFIX
            right, outdated = lane.run(partial(verify_password, password, kept))
        except BusyError:
            logins.give_back(username, address, 1)
            raise
        if user is None or not right or not self.user_can_authenticate(user):
            logins.wrong(username, address, timezone.now())
            return None
        logins.give_back(username, address)
        if outdated:
            # Django hashes it anew, and as it would today.
            made_under = login_of(user)
            user.check_password(password)
            tokens.carry_over(user, made_under)
        return user

    async def aauthenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """The same."""
        found: User | None = await sync_to_async(self.authenticate)(request, username, password, **kwargs)
        return found
