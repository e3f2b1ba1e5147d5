"""`manage.py prune`: what is older than its kind is kept goes, beside everything that runs."""

import signal
from threading import Event
from time import sleep
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from panel.readiness import require_database
from panel.services.pruning import Kind, kinds, prune

REST_SECONDS = 0.15
"""Between two pieces. SQLite lets whoever waits in another process knock every tenth of a second."""
TOLD_EVERY = 20
"""Pieces from one line of progress to the next."""


class Command(BaseCommand):
    help = "Takes away what is older than its kind is kept (KEEP_..._DAYS), in small pieces. May be ended at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="tell what would go, and take nothing away")

    def handle(self, *args: Any, **options: Any) -> None:
        require_database()
        self._ending = Event()
        before = {number: signal.signal(number, self._end) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            gone = sum(self._prune(kind, dry_run=options["dry_run"]) for kind in kinds())
        except DatabaseError as error:
            reason = " ".join(str(error).split())
            raise CommandError(f"The database refused ({reason}). What is gone is gone; run this again.") from None
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        rows = "1 row" if gone == 1 else f"{gone or 'no'} rows"
        if options["dry_run"]:
            self.stdout.write(f"A dry run: {rows} would go.")
        else:
            self.stdout.write(f"Ended early: {rows} went." if self._ending.is_set() else f"Pruned: {rows} went.")

    def _end(self, *_: Any) -> None:
        self._ending.set()

    def _prune(self, kind: Kind, *, dry_run: bool) -> int:
        """How many rows went, or would go."""
        if self._ending.is_set():
            return 0
        now = timezone.now()
        count = kind.rows(kind.before(now)).count()
        if not count:
            return 0
        kept = f"from before {kind.before(now):%Y-%m-%d} ({kind.days} days)" if kind.keep else "that have lapsed"
        self.stdout.write(f"{kind.name}: {count} {kept}")
        if dry_run:
            return count
        gone = 0
        for number, piece in enumerate(prune(kind, now), start=1):
            gone += piece
            if number % TOLD_EVERY == 0:
                self.stdout.write(f"{kind.name}: {gone} of {count} are gone")
            if self._ending.is_set():
                break
            sleep(REST_SECONDS)
        return gone
