"""Pages of lists that grow for ever: each begins after the last row of the one before, and costs the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from panel.written import moment_of

Item = TypeVar("Item")
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Mark:
    """The last row of a page, by its moment and its key; `str` gives what stands in an address."""

    at: datetime
    key: str

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z_{self.key}"


@dataclass(frozen=True)
class Page(Generic[Item]):
    """Some items, the newest first. `older` is where the next page begins, or None at the end."""

    items: list[Item]
    older: Mark | None


def mark_of(text: str) -> Mark | None:
    """What stands in an address -> a mark; None for nothing and for nonsense, which begin at the newest."""
    moment, _, key = text.partition("_")
    at = moment_of(moment)
    return Mark(at, key) if at is not None and key else None


def before(rows: QuerySet[Row, Any], moment: str, key: str, at: datetime, value: Any) -> QuerySet[Row, Any]:
    """The rows older than this one. The moment stands by itself first, so that an index can find the place."""
    older = Q(**{f"{moment}__lt": at}) | Q(**{f"{key}__lt": value})
    return rows.filter(older, **{f"{moment}__lte": at})


def page(found: Iterable[Item], length: int, mark: Any) -> Page[Item]:
    """At most one item more than a page holds -> the page; `mark` tells an item's."""
    items = list(found)
    return Page(items[:length], mark(items[length - 1]) if len(items) > length else None)
