"""One of many that fails must not stop the others: each item of a loop has a guard of its own."""

import logging
from types import TracebackType
from typing import TypeVar

from django.db import InterfaceError, OperationalError
from django.db.models import Model, QuerySet

log = logging.getLogger(__name__)

LIMIT_EXCEEDED = "54"
"""PostgreSQL's class of errors for what is too large or too deep to be kept; Django counts it as operational."""

Row = TypeVar("Row", bound=Model)


class guarded:  # noqa: N801 - reads as what it is in a `with`
    """Logs what goes wrong within, and lets the work go on behind it; `what` failed, and `about` says whose it was.

    That the database is away concerns everybody, and is raised. Stands outside of the item's own transaction.
    """

    def __init__(self, what: str, **about: str | int) -> None:
        self._what = what
        self._about = {name: str(value) for name, value in about.items()}

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> bool:
        if not isinstance(error, Exception) or is_away(error):
            return False
        log.error("%s failed; the others go on.", self._what, exc_info=error, extra=self._about)
        return True


def is_away(error: Exception) -> bool:
    """Whether the database, or the way to it, failed, so that the same may go well later; else it never will."""
    too_much = getattr(error.__cause__, "sqlstate", None) or ""
    return isinstance(error, OperationalError | InterfaceError | OSError) and not too_much.startswith(LIMIT_EXCEEDED)


def readable(rows: QuerySet[Row]) -> list[Row]:
    """The rows, without those that this code cannot read, such as a password whose key is gone: those are named."""
    try:
        return list(rows)
    except Exception as error:
        if is_away(error):
            raise
    found: list[Row] = []
    for pk in rows.values_list("pk", flat=True):
        with guarded(f"Reading {rows.model.__name__} {pk}"):
            found.append(rows.get(pk=pk))
    return found
