"""Secrets at rest, encrypted anew after a key was changed."""

from django.apps import apps
from django.db import transaction
from django.db.models import Model

from panel.models.secrets import EncryptedTextField


@transaction.atomic
def renew() -> int:
    """Encrypt every stored secret with the first of ENCRYPTION_KEYS. Returns how many there are.

    ImproperlyConfigured where one of them is encrypted with none of the keys; nothing is changed then.
    """
    fields = [field for model in apps.get_models() for field in model._meta.fields]  # noqa: SLF001 - Django's own name
    return sum(_renew(field.model, field.name) for field in fields if isinstance(field, EncryptedTextField))


def _renew(model: type[Model], name: str) -> int:
    rows = list(model._base_manager.select_for_update().order_by("pk").exclude(**{name: ""}))  # noqa: SLF001 - Django's own name
    for row in rows:
        # Reading decrypted it, with whichever key fits; writing takes the first one.
        row.save(update_fields=[name])
    return len(rows)
