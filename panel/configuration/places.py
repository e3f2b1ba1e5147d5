"""How a place in the file and a value out of it are written in an error."""

import json
import re
from typing import Any

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_LONGEST = 60


def below(place: str, key: str) -> str:
    """`agents[0]` and `board` -> `agents[0].board`; a key that would be misread stands quoted in brackets."""
    if not _PLAIN_KEY.fullmatch(key):
        return f"{place}[{quoted(key)}]"
    return f"{place}.{key}" if place else key


def quoted(value: str) -> str:
    """The text in quotes on one line, shortened, so that nothing in a file can disturb the terminal it is shown on."""
    short = value if len(value) <= _LONGEST else value[: _LONGEST - 3] + "..."
    return json.dumps(short, ensure_ascii=not short.isprintable())


def word_for(value: Any) -> str:
    """What a JSON value is, in the words of JSON."""
    words = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return next((word for kind, word in words.items() if isinstance(value, kind)), "a number")
