"""Opens logins that are closed after wrong passwords: for when nobody can get into the admin."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from panel.models import LoginTries
from panel.services import logins


class Command(BaseCommand):
    help = "Open logins again that are closed after wrong passwords: those of one user name, or all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="?", help="open this name from everywhere; all names where left out")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = LoginTries.objects.filter(tries__gt=0)
        if options["username"]:
            rows = rows.filter(name=options["username"])
        for row in rows:
            logins.lift(row, None)
            self.stdout.write(f"Opened: {row}")
