"""`python manage.py simulator`: the simulated VICIdial alone."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agentapi.simulator.run import DEFAULT_PORT, CannotListenError, run


class Command(BaseCommand):
    help = "Runs a simulated VICIdial on loopback until it is ended, with a page at /."
    # It needs neither database nor settings that could be wrong.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=DEFAULT_PORT)
        parser.add_argument("--seed", type=int, default=0, help="Makes random delays repeatable.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run(options["port"], options["seed"], say=self._say)
        except CannotListenError as error:
            raise CommandError(str(error)) from error

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
