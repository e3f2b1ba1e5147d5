"""`manage.py build_extension`: the browser extension, complete with the panel's own modules."""

import zipfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.template.loader import render_to_string

SOURCE: Path = settings.BASE_DIR / "extension"
PANEL: Path = settings.BASE_DIR / "static" / "panel"
FOLDER, PACKAGE = "extension", "clipdeck-extension.zip"
# The site's own wiring and pages stay there.
NOT_SHARED = {"main.js"}
SHARED = ("*.js", "panel.css", "icon.svg")
# Tells Node how to read the modules in the tests.
NOT_SHIPPED = {"package.json"}
MARKUP = "<!-- deck -->"
LONG_AGO = (1980, 1, 1, 0, 0, 0)


class Command(BaseCommand):
    help = "Build the browser extension: a folder that browsers load, and the same as a ZIP file."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, default=settings.BASE_DIR / "build", help="default: %(default)s")

    def handle(self, *args: Any, **options: Any) -> None:
        to: Path = options["to"]
        files = contents()
        _write(files, to / FOLDER)
        _pack(files, to / PACKAGE)
        self.stdout.write(f"{to / FOLDER}\n{to / PACKAGE}\n")


def contents() -> dict[str, bytes]:
    """Every file of the extension: its path inside -> its bytes."""
    own = {path.relative_to(SOURCE).as_posix(): path for path in SOURCE.rglob("*") if path.is_file()}
    shared = {f"panel/{path.name}": path for pattern in SHARED for path in PANEL.glob(pattern)}
    chosen = {
        name: path.read_bytes()
        for name, path in sorted((own | shared).items())
        if name not in NOT_SHIPPED and Path(name).name not in NOT_SHARED
    }
    page = chosen["sidepanel.html"].decode()
    return chosen | {"sidepanel.html": page.replace(MARKUP, render_to_string("panel/deck.html")).encode()}


def _write(files: dict[str, bytes], folder: Path) -> None:
    """Make the folder hold these files and no others; browsers that have it loaded may go on using it."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()


def _pack(files: dict[str, bytes], package: Path) -> None:
    """The same content makes the same bytes, whenever and wherever it is packed."""
    with zipfile.ZipFile(package, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
