"""`manage.py rotate_keys`: the stored passwords, encrypted with the first of ENCRYPTION_KEYS."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from panel.readiness import require_database
from panel.services.keys import renew


class Command(BaseCommand):
    help = "Encrypts the stored passwords anew with the first of ENCRYPTION_KEYS; the other keys may go afterwards."

    def handle(self, *args: Any, **options: Any) -> None:
        require_database()
        try:
            count = renew()
        except ImproperlyConfigured as error:
            raise CommandError(f"{error} Nothing was changed.") from None
        secrets = "1 password is" if count == 1 else f"{count} passwords are"
        self.stdout.write(
            f"{secrets} encrypted with the first key now. The others may be taken out of ENCRYPTION_KEYS."
        )
