"""The parameters of a request as PHP reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True)
class Params:
    """Name -> text. Bytes that are not UTF-8 survive as lone surrogates, so that an echo is exact."""

    values: Mapping[str, str]
    has_array: bool = False
    """Whether a name ends in `[]`; PHP 8 dies of it (FACTS 1.3)."""

    def get(self, name: str) -> str:
        return self.values.get(name, "")


def parse(query: str, form: str = "") -> Params:
    """Query string and POST form -> parameters: the last of a name wins, the query over the form."""
    values: dict[str, str] = {}
    has_array = False
    for text in (form, query):
        for name, value in parse_qsl(text, keep_blank_values=True, errors="surrogateescape"):
            has_array = has_array or "[" in name
            values[name] = value
    return Params(values, has_array)
