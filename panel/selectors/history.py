"""Who changed what of the configuration, when, and what it was before."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.contrib.auth.models import Group, User
from django.db.models import Model

from panel.models import Agent, Board, Button, Clip, Dialer, Team
from panel.selectors.paging import Mark, Page, before, page
from panel.selectors.people import name_of
from panel.written import number_of

HISTORIES: dict[str, Any] = {
    "agent": Agent.history,
    "board": Board.history,
    "button": Button.history,
    "clip": Clip.history,
    "dialer": Dialer.history,
    "login": User.history,  # type: ignore[attr-defined]  # registered in panel/models/history.py
    "team": Team.history,
}
"""What a row is called -> all versions of all such rows."""

PAGE = 50
NOT_KEPT = "not kept"
KINDS = {"+": "added", "~": "changed", "-": "deleted"}
NAMES = {Dialer: "name", Board: "name", Clip: "name", Button: "name", Team: "name", User: "username", Group: "name"}


@dataclass(frozen=True)
class Value:
    """One field's change. `old` is empty where the row is new."""

    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """One change of one row. `who` is empty where nobody was logged in, such as for an import; `why` says so then."""

    mark: Mark
    at: datetime
    who: str
    what: str
    name: str
    kind: str
    why: str
    values: list[Value]


@dataclass(frozen=True)
class Asked:
    """Which changes; whatever is empty or None does not matter."""

    what: str = ""
    since: datetime | None = None
    until: datetime | None = None


def changes(asked: Asked, mark: Mark | None) -> Page[Change]:
    """A page of changes, the newest first. Saves that changed nothing are left out."""
    wanted = {what: HISTORIES[what] for what in HISTORIES if asked.what in {"", what}}
    versions = [version for what, history in wanted.items() for version in _versions(what, history, asked, mark)]
    versions.sort(key=lambda pair: (pair[1].history_date, pair[0], pair[1].history_id), reverse=True)
    found = page(versions[: PAGE + 1], PAGE, lambda pair: _mark(*pair))
    shown = [_change(what, version) for what, version in found.items]
    return Page([change for change in shown if change.values or change.why or change.kind != KINDS["~"]], found.older)


def _versions(what: str, history: Any, asked: Asked, mark: Mark | None) -> Iterator[tuple[str, Any]]:
    rows = history.select_related("history_user").order_by("-history_date", "-history_id")
    if asked.since:
        rows = rows.filter(history_date__gte=asked.since)
    if asked.until:
        rows = rows.filter(history_date__lt=asked.until)
    if mark:
        rows = _before(rows, what, mark)
    return ((what, version) for version in islice(rows.iterator(PAGE + 1), PAGE + 1))


def _before(rows: Any, what: str, mark: Mark) -> Any:
    """Rows of several tables in one order: by moment, then by what they are, then by their number."""
    other, _, number = mark.key.partition("-")
    if what == other and (key := number_of(number)) is not None:
        return before(rows, "history_date", "history_id", mark.at, key)
    return rows.filter(**{"history_date__lte" if what < other else "history_date__lt": mark.at})


def _mark(what: str, version: Any) -> Mark:
    return Mark(version.history_date, f"{what}-{version.history_id}")


def _change(what: str, version: Any) -> Change:
    user = version.history_user
    return Change(
        mark=_mark(what, version),
        at=version.history_date,
        who=name_of(user) if user else "",
        what=what,
        name=_name(what, version),
        kind=KINDS[version.history_type],
        why=version.history_change_reason or "",
        values=list(_values(version)) if version.history_type != "-" else [],
    )


def _name(what: str, version: Any) -> str:
    if what == "button":
        return f"{_named(Board, version.board_id)}/{version.name}"
    if what == "agent":
        return f"{_named(User, version.user_id)} ({version.agent_user})"
    return str(version.username if what == "login" else version.name)


def _values(version: Any) -> Iterator[Value]:
    earlier = version.prev_record if version.history_type == "~" else None
    readers: dict[str, Callable[[Any], str]] = {}
    for field in version.tracked_fields:
        if not field.primary_key:
            readers[str(field.verbose_name)] = _reader(field)
    for many in version._history_m2m_fields:  # noqa: SLF001 - simple_history has no public name for it
        readers[str(many.verbose_name)] = _many_reader(many)
    # A row that was there before any history was kept has a first change without an earlier version.
    lost = "" if version.history_type == "+" else NOT_KEPT
    for label, read in readers.items():
        old, new = read(earlier) if earlier else lost, read(version)
        if old != new:
            yield Value(label, old, new)


def _reader(field: Any) -> Callable[[Any], str]:
    if field.is_relation:
        return lambda version: _named(field.related_model, getattr(version, field.attname))
    return lambda version: _text(getattr(version, field.attname))


def _many_reader(field: Any) -> Callable[[Any], str]:
    column = f"{field.m2m_reverse_field_name()}_id"

    def read(version: Any) -> str:
        keys = getattr(version, field.name).values_list(column, flat=True)
        return ", ".join(sorted(_named(field.related_model, key) for key in keys))

    return read


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _named(model: type[Model], key: int | None) -> str:
    """What a row is called, or was called when it was last seen."""
    if key is None:
        return ""
    if model is Agent:
        user = Agent.history.filter(id=key).values_list("user_id", flat=True).first()
        return _named(User, user) if user else f"agent {key}"
    name = model._default_manager.filter(pk=key).values_list(NAMES[model], flat=True).first()  # noqa: SLF001 - Django's
    if name is None and hasattr(model, "history"):
        name = model.history.filter(id=key).values_list(NAMES[model], flat=True).first()
    return name or f"number {key}"
