"""One of many that fails must not stop the others: each item of a loop has a guard of its own."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError

log = logging.getLogger(__name__)

LIMIT_EXCEEDED = "54"
"""PostgreSQL's class of errors for what is too large or too deep to be kept; Django counts it as operational."""


@contextmanager
def guarded(what: str, **about: str | int) -> Iterator[None]:
    """Log what goes wrong within, and go on behind it; `what` failed, and `about` says whose it was.

    That the database is away concerns everybody, and is raised. Stands outside of the item's own transaction.
    """
    try:
        yield
    except Exception as error:
        if is_away(error):
            raise
        log.exception("%s failed; the others go on.", what, extra={name: str(value) for name, value in about.items()})


def is_away(error: Exception) -> bool:
    """Whether it is the database that failed, so that the same may go well later; else it never will."""
    too_much = getattr(error.__cause__, "sqlstate", None) or ""
    return isinstance(error, OperationalError | InterfaceError) and not too_much.startswith(LIMIT_EXCEEDED)
