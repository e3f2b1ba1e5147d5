"""One answer of a script."""

from __future__ import annotations

from dataclasses import dataclass

OK = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and a body. `seconds` is how long the server takes before it answers."""

    text: str = ""
    status: int = OK
    seconds: float = 0.0

    @property
    def body(self) -> bytes:
        return self.text.encode("utf-8", "surrogateescape")


DEAD = Answer(status=500)
"""PHP has died: status 500 and nothing in the body (FACTS 1.3)."""
