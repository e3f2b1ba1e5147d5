"""The ledger: clicks as a page and as a file, and the history of the configuration."""

import csv
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from channels.db import database_sync_to_async
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from panel.models import Click, Clip
from panel.selectors import history
from panel.selectors.ledger import ACTIONS, READERS, Asked, agents_of, clicks
from panel.selectors.paging import Mark, mark_of
from panel.selectors.people import ADMIN, AUDITOR, name_of, roles_of
from panel.views.filters import ChangesForm, ClicksForm, PeriodForm

CHUNK = 1000
"""Rows that a file is read by: a download of years holds neither the memory nor the database."""
SUGGESTED = 500
"""Names that are offered while somebody types: more make the page slow, and nobody reads them."""
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for something to be computed."""
COLUMNS = (
    "requested_at", "sent_at", "ended_at", "dialer", "agent_user", "username", "name", "pressed_by", "action", "button",
    "clip", "label", "status", "reason", "text", "play_end", "play_seconds", "play_evidence", "play_text",
    "play_ended_at", "id",
)  # fmt: skip


@login_required
@never_cache
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """A page of clicks, the newest first, as the address asks for them."""
    reader = _reader(request)
    form = ClicksForm(request.GET)
    found = clicks(reader, form.asked(), _mark(request)) if form.is_valid() else None
    suggested = {
        "agents": agents_of(reader)[:SUGGESTED],
        "clips": Clip.objects.values_list("name", flat=True)[:SUGGESTED],
    }
    rows = [(click, _what(click)) for click in found.items] if found else []
    context = {"form": form, "page": found, "rows": rows, **suggested, **_links(request, form, found)}
    context["no_team"] = not context["audits"] and not agents_of(reader).exists()
    return render(request, "ledger/clicks.html", context, status=200 if found else 400)


@login_required
@never_cache
@require_safe
def clicks_file(request: HttpRequest) -> HttpResponseBase:
    """The same clicks, all of them, for a spreadsheet."""
    reader = _reader(request)
    form = ClicksForm(request.GET)
    if not form.is_valid():
        return ledger(request)
    name = f"clipdeck-clicks-{timezone.now():%Y%m%dT%H%M%SZ}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(_lines(reader, form.asked()), content_type="text/csv; charset=utf-8", headers=headers)


@login_required
@never_cache
@require_safe
def configuration(request: HttpRequest) -> HttpResponse:
    """A page of the configuration's changes, the newest first."""
    if not roles_of(_reader(request)) & {ADMIN, AUDITOR}:
        raise PermissionDenied("Only auditors and administrators see the configuration's history.")
    form = ChangesForm(request.GET)
    found = history.changes(form.asked(), _mark(request)) if form.is_valid() else None
    context = {"form": form, "page": found, **_links(request, form, found)}
    return render(request, "ledger/configuration.html", context, status=200 if found else 400)


def _reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - login_required has seen to it
    if not roles_of(request.user) & READERS:
        raise PermissionDenied("Only supervisors, auditors and administrators see the ledger.")
    return request.user


def _what(click: Click) -> str:
    what = ACTIONS.get(click.action, click.action)
    return " ".join(filter(None, (what, click.press.get("clip"), click.press.get("label"))))


def _mark(request: HttpRequest) -> Mark | None:
    return mark_of(request.GET.get("before", ""))


def _links(request: HttpRequest, form: PeriodForm, found: Any) -> dict[str, Any]:
    """Where the page leads: to older rows, back to the newest, and to its neighbours."""
    query = request.GET.copy()
    is_first = query.pop("before", None) is None
    for name in [name for name in query if name not in form.fields or not query[name]]:
        del query[name]
    newest = query.urlencode()
    if found and found.older:
        query["before"] = str(found.older)
    roles = roles_of(_reader(request))
    return {
        "filtered": bool(newest),
        "query": newest,
        "older": query.urlencode() if found and found.older else "",
        "is_first": is_first,
        "audits": bool(roles & {ADMIN, AUDITOR}),
        "configures": ADMIN in roles,
        "watches": roles != {AUDITOR},
    }


async def _lines(reader: User, asked: Asked) -> AsyncIterator[str]:
    yield _line(COLUMNS)
    mark: Mark | None = None
    while True:
        found = await database_sync_to_async(clicks)(reader, asked, mark, CHUNK)
        yield "".join(_line(_cells(click)) for click in found.items)
        mark = found.older
        if mark is None:
            return


def _cells(click: Click) -> tuple[Any, ...]:
    agent, press = click.agent, click.press
    return (
        *map(_moment, (click.requested_at, click.sent_at, click.ended_at)),
        agent.dialer.name, agent.agent_user, agent.user.get_username(), name_of(agent.user),
        click.actor_name or name_of(click.actor), click.action, press.get("button"), press.get("clip"),
        press.get("label"), click.status, click.reason, click.text, click.play_end, click.play_seconds,
        click.play_evidence, click.play_text, _moment(click.play_ended_at), click.id,
    )  # fmt: skip


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z" if moment else ""


def _line(cells: tuple[Any, ...]) -> str:
    line = StringIO()
    csv.writer(line).writerow([_harmless(cell) for cell in cells])
    return line.getvalue()


def _harmless(cell: Any) -> Any:
    """A text that a spreadsheet would compute, made one that it shows; numbers are what they are."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULAS) else cell
