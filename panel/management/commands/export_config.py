"""`python manage.py export_config [FILE]`: the whole configuration as one JSON file, without any password."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from panel.configuration.exporting import exported
from panel.readiness import require_database, require_passwords


class Command(BaseCommand):
    help = "Exports the configuration as JSON, without passwords: an import into the same database keeps them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, nargs="?", help="default: print it")

    def handle(self, *args: Any, **options: Any) -> None:
        require_database()
        require_passwords()
        try:
            content = exported()
        except DatabaseError as error:
            raise CommandError(f"The database refused ({' '.join(str(error).split())}).") from None
        if options["file"] is None:
            self.stdout.write(content, ending="")
            return
        try:
            _write(Path(os.path.realpath(options["file"])), content)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise CommandError(f"{options['file']} cannot be written: {reason}.") from None


def _write(path: Path, content: str) -> None:
    """The file appears whole or not at all, and only its owner may read who works here."""
    if path.exists() and not path.is_file():
        # A pipe or a device takes what it is given; there is nothing to put in its place. A folder refuses by itself.
        path.write_text(content, encoding="utf-8")
        return
    # A temporary file is made with mode 0600, and in the same folder, because only there it can be renamed.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
