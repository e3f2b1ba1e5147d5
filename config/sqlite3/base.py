"""SQLite for many threads of one process: who wants to write waits in a queue instead of knocking at the file.

SQLite itself lets a second writer sleep and try again, ever longer, while the first one comes back in between: a busy
thread of the web starves the worker. Here transactions are begun in the order in which they were asked for. Other
processes are still kept apart by SQLite.
"""

from collections import defaultdict, deque
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

from django.db.backends.sqlite3 import base

LONGEST_WAIT_SECONDS = 5.0
"""Whoever waited for so long goes to the file, which has the last word: a deadlock ends there as an error."""


class Turns:
    """One at a time, first come, first served."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken = False
        self._waiting: deque[Lock] = deque()

    def take(self, timeout: float) -> bool:
        """Wait for a turn, at most so many seconds; whether it came."""
        with self._lock:
            if not self._taken:
                self._taken = True
                return True
            called = Lock()
            called.acquire()
            self._waiting.append(called)
        if called.acquire(timeout=timeout):
            return True
        with self._lock:
            if called in self._waiting:
                self._waiting.remove(called)
                return False
        return True

    def give_back(self) -> None:
        """Let the next one have it."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


_turns: defaultdict[str, Turns] = defaultdict(Turns)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that waits for its turn before it begins a transaction."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._has_turn = False

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection; a file that it makes is for its owner alone, as SQLite makes the files beside it then."""
        # Where it can't be made, SQLite says why.
        with suppress(OSError):
            Path(self.settings_dict["NAME"]).touch(mode=0o600)
        return super().get_new_connection(conn_params)

    def _start_transaction_under_autocommit(self) -> None:
        self._has_turn = _turns[str(self.settings_dict["NAME"])].take(LONGEST_WAIT_SECONDS)
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # unknown to django-stubs
        except BaseException:
            self._give_back()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]  # unknown to django-stubs
        self._give_back()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # unknown to django-stubs
        finally:
            self._give_back()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # unknown to django-stubs
        finally:
            self._give_back()

    def _give_back(self) -> None:
        if self._has_turn:
            self._has_turn = False
            _turns[str(self.settings_dict["NAME"])].give_back()
