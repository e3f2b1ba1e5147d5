"""A row and the values it should have -> the row saved, and the line that says what changed."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from django.db import models

from panel.models.history import because

IMPORTED, IMPORTED_PASSWORD = "Imported.", "Imported, with a new password."
"""What the history says of an import, which nobody in particular is logged in for."""

Row = TypeVar("Row", bound=models.Model)


def _nothing(_row: Any, _changed: set[str]) -> None:
    """Most rows have nobody else to tell."""


def update(
    section: str,
    name: str,
    row: Row,
    wanted: Mapping[str, Any],
    *,
    settle: Callable[[Row, set[str]], None] = _nothing,
) -> Iterator[str]:
    """Saves what differs, if anything, and yields `section: + name` for a new row, `section: ~ name (field)` else.

    `settle` is told what changed in an old row, once it is saved.
    """
    is_new = row.pk is None
    because(row, IMPORTED)
    changed = [key for key, value in wanted.items() if is_new or _differs(row, key, value)]
    for key in changed:
        setattr(row, key, wanted[key])
    if is_new:
        row.save()
        yield f"{section}: + {name}"
    elif changed:
        # What the new password is, no history tells.
        because(row, IMPORTED_PASSWORD if any("password" in key for key in changed) else IMPORTED)
        row.save(update_fields=changed)
        settle(row, set(changed))
        yield f"{section}: ~ {name} ({', '.join(key.removesuffix('_id').replace('_', ' ') for key in changed)})"


def _differs(row: models.Model, key: str, value: Any) -> bool:
    # A password stands in `wanted` only when it differs already, and may be one that this process cannot decrypt.
    return key in row.get_deferred_fields() or getattr(row, key) != value
