"""`python manage.py import_config FILE`: the whole configuration out of one JSON file, or nothing of it."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from panel.configuration.errors import ConfigurationError
from panel.configuration.importing import Imported, import_configuration
from panel.configuration.reading import read
from panel.readiness import require_database

TOLD_EVERY = 20
"""Passwords from one line of progress to the next: some ten seconds."""


class Command(BaseCommand):
    help = "Imports the configuration from a JSON file. Anything wrong in it is named, and nothing is imported then."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="tell what would change, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            raw = read(options["file"])
            require_database()
            imported = import_configuration(raw, os.environ, dry_run=options["dry_run"], told=self._progress)
        except ConfigurationError as error:
            for problem in error.problems:
                self.stderr.write(problem)
            raise CommandError("Nothing was imported.") from None
        except DatabaseError as error:
            reason = " ".join(str(error).split())
            raise CommandError(f"The database refused ({reason}). Nothing was imported.") from None
        self._tell(imported, dry_run=options["dry_run"])

    def _progress(self, done: int, of: int) -> None:
        if done % TOLD_EVERY == 0 or done == of > TOLD_EVERY:
            self.stderr.write(f"passwords: {done} of {of}")

    def _tell(self, imported: Imported, *, dry_run: bool) -> None:
        for warning in imported.warnings:
            self.stderr.write(f"warning: {warning}")
        for change in imported.changes:
            self.stdout.write(change)
        count = len(imported.changes)
        changes = "1 change" if count == 1 else f"{count or 'no'} changes"
        self.stdout.write(f"A dry run: {changes} would be made." if dry_run else f"Imported: {changes}.")
