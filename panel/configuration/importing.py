"""A configuration -> the database, in one transaction: all of it or nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from panel.configuration.checks import known, problems_between
from panel.configuration.dialers import import_dialers
from panel.configuration.errors import ConfigurationError
from panel.configuration.people import import_people, passwords_of, put_seals
from panel.configuration.rows import IMPORTED, update
from panel.configuration.schema import (
    BOARD_SETTINGS,
    LONGEST_LABEL,
    BoardEntry,
    ButtonEntry,
    ClipEntry,
    Configuration,
    Notes,
    parsed,
)
from panel.configuration.teams import import_teams
from panel.models import Board, Button, Clip
from panel.models.history import because
from panel.services import boards


@dataclass(frozen=True)
class Imported:
    """What an import did, or a dry run would do: lines such as `agents: + alice`; and what else is to be known."""

    changes: tuple[str, ...]
    warnings: tuple[str, ...]


def _to_nobody(_done: int, _of: int) -> None:
    """Whoever calls from a program waits without being told for what."""


def import_configuration(
    raw: Any, environ: Mapping[str, str], *, dry_run: bool = False, told: Callable[[int, int], object] = _to_nobody
) -> Imported:
    """The object of a file -> what it changed. Passwords given as `{"env": ...}` are looked up in `environ`.

    ConfigurationError names everything that is wrong at once, and nothing was changed. What the database holds and the
    file does not name stays, but for buttons: a board's file entry is the whole board. A dry run does the same work
    and takes it back, so that whatever the database would object to shows then. `told` learns how many passwords were
    hashed, and how many there are to hash: that is what takes long.
    """
    notes = Notes(environ)
    configuration = parsed(raw, notes)
    problems = [*notes.problems, *problems_between(configuration, known())]
    if problems:
        raise ConfigurationError(problems)
    # Hashing a password takes a good part of a second on purpose; nobody else should wait for the database meanwhile.
    passwords = passwords_of(configuration, told)
    with transaction.atomic():
        changes = tuple(_changes(configuration, passwords.hashes))
        put_seals(passwords.seals)
        if changes:
            boards.changed()
        transaction.set_rollback(dry_run)
    return Imported(changes, tuple(notes.warnings))


def _changes(configuration: Configuration, hashes: Mapping[str, str]) -> Iterator[str]:
    yield from import_dialers(configuration.dialers)
    yield from _clips(configuration.clips)
    yield from _boards(configuration.boards)
    yield from import_people(configuration, hashes)
    yield from import_teams(configuration.teams)


def _clips(entries: Iterable[ClipEntry]) -> Iterator[str]:
    rows = Clip.objects.in_bulk(field_name="name")
    for entry in entries:
        wanted = {
            "title": entry.title,
            "audio": entry.audio,
            "duration_seconds": entry.duration_seconds,
            "transcript": entry.transcript,
            "language": entry.language,
        }
        yield from update("clips", entry.name, rows.get(entry.name) or Clip(name=entry.name), wanted)


def _boards(entries: Iterable[BoardEntry]) -> Iterator[str]:
    rows = Board.objects.in_bulk(field_name="name")
    clips = Clip.objects.in_bulk(field_name="name")
    for entry in entries:
        row = rows.get(entry.name) or Board(name=entry.name)
        wanted = {key: getattr(entry, key) for key in BOARD_SETTINGS}
        yield from update("boards", entry.name, row, wanted)
        yield from _buttons(row, entry.buttons, clips)


def _buttons(board: Board, entries: tuple[ButtonEntry, ...], clips: Mapping[str, Clip]) -> Iterator[str]:
    rows = {button.name: button for button in board.buttons.all()}
    for gone in sorted(rows.keys() - {entry.name for entry in entries}):
        row = rows.pop(gone)
        because(row, IMPORTED)
        row.delete()
        yield f"buttons: - {board}/{gone}"
    wanted = {entry.name: _button_fields(entry, position, clips) for position, entry in enumerate(entries)}
    # Two buttons may swap their hot keys, which must differ at every moment: so all that change are freed first.
    moving = [row.pk for name, row in rows.items() if row.hotkey != wanted[name]["hotkey"]]
    Button.objects.filter(pk__in=moving).update(hotkey="")
    for name, fields in wanted.items():
        row = rows.get(name) or Button(board=board, name=name)
        yield from update("buttons", f"{board}/{name}", row, fields)


def _button_fields(entry: ButtonEntry, position: int, clips: Mapping[str, Clip]) -> dict[str, Any]:
    clip = clips[entry.clip]
    return {
        "clip": clip,
        # A title may be longer than a button has room for.
        "label": clip.title[:LONGEST_LABEL] if entry.label is None else entry.label,
        "hotkey": entry.hotkey,
        "colour": entry.colour,
        "while_playing": entry.while_playing,
        "position": position,
    }
