"""People whom the records know are not deleted: a ledger that forgets who pressed is none."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.http import HttpRequest

FOLLOWING = frozenset({"alert", "session", "token"})
"""What goes with an agent, although nobody may delete it by itself."""


class KeptByLedger:
    """For the admin of people."""

    def kept(self, rows: Iterable[Any]) -> dict[str, bool]:
        """What might hold these people -> whether it does."""
        raise NotImplementedError

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, set[str], list[Any]]:
        """As Django's, but without collecting the clicks of years only to say that they are in the way."""
        rows = list[Model](objs)
        holding = [what for what, holds in self.kept(rows).items() if holds]
        if holding:
            return [], {}, set(), [f"their {what}. Clear Active in their login instead." for what in holding]
        objects, counts, missing, protected = super().get_deleted_objects(objs, request)  # type: ignore[misc]  # mixed in
        return objects, counts, missing - FOLLOWING, protected
