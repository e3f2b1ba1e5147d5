"""`python manage.py check_dialer NAME`: the preflight of one dialer, a line for each check."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from agentapi.client import HttpAgentApi
from panel.models import Dialer
from panel.readiness import require_database, require_passwords
from panel.services import preflight


class Command(BaseCommand):
    help = "Looks at everything that a dialer needs. The exit status is 0 only if nothing that is needed fails."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME", help="the dialer's name, as the configuration has it")

    def handle(self, *args: Any, **options: Any) -> None:
        require_database()
        require_passwords()
        dialer = Dialer.objects.filter(name=options["name"]).first()
        if dialer is None:
            names = ", ".join(Dialer.objects.values_list("name", flat=True)) or "none"
            raise CommandError(f'There is no dialer "{options["name"]}". There are: {names}.')
        report = preflight.run(dialer, HttpAgentApi(reach=settings.DIALER_HOSTS), timezone.now)
        for line in preflight.lines(report):
            said = " ".join(filter(None, (line.found, line.remedy)))
            self.stdout.write(f"{line.word:13}  {line.title}{': ' if said else ''}{said}")
        if not report.passed:
            sys.exit(1)
