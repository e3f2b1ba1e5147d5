"""`manage.py migrate`: Django's own, which says in one line that there is no database to be reached."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError

from panel.readiness import require_server


class Command(migrate.Command):
    def execute(self, *args: Any, **options: Any) -> None:
        """Not `handle`, because the checks before it ask the database already."""
        require_server()
        try:
            super().execute(*args, **options)
        except OperationalError as error:
            reason = " ".join(str(error).split())
            raise CommandError(f"The database cannot be used ({reason}). Check DATABASE_URL.") from error
