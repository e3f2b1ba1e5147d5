"""What is older than its kind is kept is taken away, in pieces so small that nobody has to wait for them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from panel.models import Click
from panel.selectors.history import HISTORIES

PIECE = 500
"""Rows that one transaction takes away: some 30 ms of work, in which SQLite lets nobody else write."""

Rows = QuerySet[Any, Any]


@dataclass(frozen=True)
class Kind:
    """Rows of one table. `rows` gives those that may go if they are from before a moment, `keep` names the number of
    days in `settings.KEEP_DAYS`; without it they are worth nothing once they have lapsed. `along` is the indexed column
    by which they are walked. `many` names the tables whose rows hang on these without the database knowing it.
    """

    name: str
    rows: Callable[[datetime], Rows]
    keep: str = ""
    along: str = "pk"
    many: Callable[[], Iterable[Any]] = tuple

    @property
    def days(self) -> int:
        return int(settings.KEEP_DAYS[self.keep]) if self.keep else 0

    def before(self, now: datetime) -> datetime:
        """What is older than this may go."""
        return now - timedelta(days=self.days)


def _clicks(before: datetime) -> Rows:
    """Those that have ended, the play that they began included."""
    ended = Click.objects.exclude(status__in=Click.OPEN).filter(requested_at__lt=before, ended_at__lt=before)
    return ended.filter(Q(play_ended_at=None) | Q(play_ended_at__lt=before))


def _from_before(model: str, *moments: str) -> Callable[[datetime], Rows]:
    """Rows of which one of these moments has passed."""

    def rows(before: datetime) -> Rows:
        passed = Q(*((f"{moment}__lt", before) for moment in moments), _connector=Q.OR)
        found: Rows = apps.get_model(model)._default_manager.filter(passed)  # noqa: SLF001 - Django's own name for it
        return found

    return rows


def _superseded(history: Any, before: datetime) -> Rows:
    """Versions that were no longer true at that moment. What held since then can be told, and deleted rows' names."""
    versions: Rows = history.model.objects.filter(history_date__lt=before)
    later = Q(history_date__gt=OuterRef("history_date"))
    later |= Q(history_date=OuterRef("history_date"), history_id__gt=OuterRef("history_id"))
    return versions.filter(Exists(versions.filter(later, id=OuterRef("id"))))


def _links(history: Any) -> list[Any]:
    """The tables in which simple_history keeps to whom a version was linked."""
    model = history.model
    return [getattr(model, field.name).model for field in model._history_m2m_fields]  # noqa: SLF001 - its only name


def kinds() -> Iterator[Kind]:
    """Everything that grows, and may go some day."""
    yield Kind("clicks", _clicks, "clicks", along="requested_at")
    yield Kind("alerts", _from_before("panel.Alert", "cleared_at"), "alerts")
    for what, history in HISTORIES.items():
        yield Kind(f"versions of a {what}", partial(_superseded, history), "versions", many=partial(_links, history))
    yield Kind("extensions", _from_before("panel.Token", "revoked_at", "expires_at"), "extensions")
    yield Kind("pairings", _from_before("panel.Pairing", "expires_at"), "extensions")
    yield Kind("wrong codes", _from_before("panel.WrongCode", "at"), "extensions")
    yield Kind("tickets", _from_before("panel.Ticket", "expires_at"), "extensions")
    yield Kind("sessions", _from_before("sessions.Session", "expire_date"))


def prune(kind: Kind, now: datetime) -> Iterator[int]:
    """Take away what is too old now; yields the number of rows of each piece, when it is gone for good.

    It may be left at any piece, and may run anywhere beside anything, itself included.
    """
    before, last = kind.before(now), None
    while True:
        rows = kind.rows(before)
        # What is gone already still lies at the beginning of the index for a while.
        ahead = rows if last is None else rows.filter(**{f"{kind.along}__gte": last})
        piece = list(ahead.order_by(kind.along).values_list("pk", F(kind.along))[:PIECE])
        if not piece:
            return
        last = piece[-1][1]
        yield _take_away(kind, rows.filter(pk__in=[key for key, _ in piece]))


def _take_away(kind: Kind, rows: Rows) -> int:
    with transaction.atomic():
        for links in kind.many():
            links.objects.filter(history__in=rows.values("pk")).delete()
        return rows.delete()[1].get(rows.model._meta.label, 0)  # noqa: SLF001 - public by Django's documents
