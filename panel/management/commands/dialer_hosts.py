"""`python manage.py dialer_hosts`: which servers dialers' addresses may name, and the one way to allow more of them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agentapi.reach import reach_of
from panel.models import DialerHost
from panel.readiness import require_database
from panel.services import hosts


class Command(BaseCommand):
    help = "Lists the servers that dialers' addresses may name within DIALER_HOSTS, after adding some or allowing all."

    def add_arguments(self, parser: CommandParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument(
            "--add", nargs="+", metavar="HOST", default=[], help="host names, .suffixes, addresses, networks"
        )
        how.add_argument("--any", action="store_true", help="whatever DIALER_HOSTS allows")

    def handle(self, *args: Any, **options: Any) -> None:
        require_database()
        held = list(DialerHost.objects.values_list("host", flat=True))
        try:
            reach_of(options["add"])
        except ValueError as error:
            raise CommandError(f"{error} is no host name, .suffix, address or network.") from None
        if options["any"]:
            hosts.allow([])
        elif options["add"]:
            hosts.allow([*held, *options["add"]])
        now = DialerHost.objects.values_list("host", flat=True)
        self.stdout.write("\n".join(now) or "Whatever DIALER_HOSTS allows.")
