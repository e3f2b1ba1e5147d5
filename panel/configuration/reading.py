"""A file -> the JSON object in it, or one clear sentence for whatever stands in the way."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from panel.configuration.errors import ConfigurationError
from panel.configuration.places import below, word_for

LARGEST = 5_000_000
"""Bytes; a call center of five thousand agents needs less than one million."""


class _Repeating(dict[str, Any]):
    """An object of the file in which keys stand twice; JSON's reader would silently keep the last one only."""

    repeated: tuple[str, ...] = ()


def read(path: Path) -> dict[str, Any]:
    """The object that the file holds, of whatever shape; ConfigurationError where there is none."""
    found = _parsed(_text(_content(path), path), path)
    if not isinstance(found, dict):
        raise _error(path, f"expected an object in curly brackets, found {word_for(found)}.")
    if repeated := [f"{place}: this key stands more than once" for place in _repeated(found, "")]:
        raise ConfigurationError(repeated)
    return found


def _error(path: Path, what: str) -> ConfigurationError:
    return ConfigurationError([f"{path}: {what}"])


def _content(path: Path) -> bytes:
    try:
        # Read up to the limit and one more, because a pipe or a device does not say how long it is.
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise _error(path, "there is no such file.") from None
    except OSError as error:
        raise _error(path, f"the file cannot be read: {error.strerror}.") from None
    except ValueError:
        raise _error(path, "this is not a file name.") from None
    if len(content) > LARGEST:
        raise _error(path, f"the file is larger than {LARGEST // 1_000_000} MB; this is no configuration of Clipdeck.")
    if not content.strip():
        raise _error(path, "the file is empty.")
    return content


def _text(content: bytes, path: Path) -> str:
    try:
        # Windows editors begin a file with a byte order mark, which JSON does not know.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _error(path, f"line {line} is not UTF-8 text; save the file as UTF-8.") from None


def _parsed(text: str, path: Path) -> Any:
    def refuse(word: str) -> NoReturn:
        raise _error(path, f"{word} is no number in JSON.")

    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=refuse)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        # What is half written or half copied breaks off at its end, and says so more helpfully than the parser does.
        half = " The file breaks off there; is it complete?" if error.pos >= len(text.rstrip()) else ""
        raise _error(path, f"{where}: this is not JSON: {error.msg}.{half}") from None
    except RecursionError:
        raise _error(path, "brackets stand too deep in each other.") from None
    except ValueError:
        raise _error(path, "a number has too many digits.") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    counted = Counter(key for key, _ in pairs)
    repeating = _Repeating(found)
    repeating.repeated = tuple(key for key in found if counted[key] > 1)
    return repeating


def _repeated(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, _Repeating):
        yield from (below(place, key) for key in value.repeated)
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _repeated(inner, below(place, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _repeated(inner, f"{place}[{index}]")
