"""The floor as `logged_in_agents` tells of it: text -> who sits where (FACTS 4.3)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

COLUMNS = ("user", "session_id", "status")


@dataclass(frozen=True)
class Seat:
    """One agent who is logged in: VICIdial's word for their status, their session, and their sub status.

    With status INCALL, a sub status such as DEAD tells that the customer is gone (FACTS 4.2).
    """

    status: str
    session_id: str
    sub_status: str = ""


def seats_of(body: str) -> Mapping[str, Seat] | None:
    """The body of an answer with a header -> the agents logged in, by VICIdial user; None where there is no table.

    Columns are found by their names, and whatever has not as many fields as the header is noise (FACTS 1.4).
    """
    lines = iter(body.replace("\r\n", "\n").split("\n"))
    header = _header(lines)
    if header is None:
        return None
    rows = (line.split("|") for line in lines)
    seats = (dict(zip(header, row, strict=True)) for row in rows if len(row) == len(header))
    return {
        seat["user"]: Seat(seat["status"].strip(), seat["session_id"].strip(), seat.get("sub_status", "").strip())
        for seat in seats
    }


def _header(lines: Iterator[str]) -> list[str] | None:
    for line in lines:
        names = [name.strip() for name in line.split("|")]
        if set(COLUMNS) <= set(names):
            return names
    return None
