"""Who changed the configuration, when, and what it was before."""

from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model
from simple_history import register
from simple_history.models import HistoricalRecords

from panel.models.secrets import EncryptedTextField


class History(HistoricalRecords):  # type: ignore[misc]  # simple_history comes without types.
    """The versions of a model's rows, `history` on the model.

    Secrets are no part of it, and neither is what nobody edits: what happens to a row is not its configuration.
    """

    def fields_included(self, model: Any) -> list[Any]:
        fields: list[Any] = super().fields_included(model)
        return [f for f in fields if f.primary_key or (f.editable and not isinstance(f, EncryptedTextField))]

    def post_save(
        self,
        instance: Model,
        created: bool,  # noqa: FBT001 - Django's signature
        using: str | None = None,
        update_fields: Collection[str] | None = None,
        **kwargs: Any,
    ) -> None:
        kept = {name for field in self.fields_included(instance) for name in (field.name, field.attname)}
        # A reason tells of what must not be kept itself, such as a new password.
        told = bool(getattr(instance, "_change_reason", None))
        if created or told or update_fields is None or kept.intersection(update_fields):
            super().post_save(instance, created, using=using, **kwargs)

    def m2m_changed(
        self,
        instance: Model,
        action: str,
        attr: str,
        pk_set: set[int],
        reverse: bool,  # noqa: FBT001 - Django's signature
        **kwargs: Any,
    ) -> None:
        # Who is put into a group by the group's own side is not a row of ours.
        if not reverse:
            super().m2m_changed(instance, action, attr, pk_set, reverse, **kwargs)


# What people do, and their passwords, are no configuration.
register(
    User,
    app="panel",
    records_class=History,
    m2m_fields=("groups",),
    excluded_fields=("password", "last_login", "date_joined", "email"),
)


def because(row: Any, reason: str) -> None:
    """Why this row is about to be changed, in words for the auditor; at most 100 characters."""
    row._change_reason = reason  # noqa: SLF001 - simple_history's own way to be told
