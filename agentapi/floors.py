"""The floor as `logged_in_agents` tells of it: text -> who sits where (FACTS 4.3)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from agentapi.replies import plain

COLUMNS = ("user", "session_id", "status")
NAME = "full_name"
"""The one column that holds what people typed, and so may hold a bar (FACTS 4.3)."""
LONGEST = 40

_USER = re.compile(r"[-_.0-9A-Za-z]{1,20}")
_STATUS = re.compile(r"[-_0-9A-Za-z]{1,20}")


@dataclass(frozen=True)
class Seat:
    """One agent who is logged in: VICIdial's word for their status, their session, and their sub status.

    With status INCALL, a sub status such as DEAD tells that the customer is gone (FACTS 4.2). `user` stands in
    VICIdial's own letter case (FACTS 7.16); `lead_id` and `call_id` tell one call from another.
    """

    status: str
    session_id: str
    sub_status: str = ""
    user: str = ""
    lead_id: str = ""
    call_id: str = ""


@dataclass(frozen=True)
class Floor:
    """Who is logged in, as far as the asking user may see: that somebody does not stand here proves nothing
    (FACTS 4.3).
    """

    seats: tuple[Seat, ...] = ()

    def seat(self, agent_user: str) -> Seat | None:
        """The seat of a VICIdial user, whatever the letter case, as VICIdial itself looks them up (FACTS 7.16)."""
        return self._by_user.get(agent_user.casefold())

    @cached_property
    def _by_user(self) -> dict[str, Seat]:
        return {seat.user.casefold(): seat for seat in self.seats}


def floor_of(body: str) -> Floor | None:
    """The body of an answer with a header -> the floor; None where there is no table.

    Columns are found by their names, and whatever is no row of the table is noise (FACTS 1.4).
    """
    lines = iter(body.replace("\r\n", "\n").split("\n"))
    header = _header(lines)
    if header is None:
        return None
    rows = (_row(header, line.split("|")) for line in lines)
    return Floor(tuple(_seat(row) for row in rows if row and _is_agent(row)))


def _header(lines: Iterator[str]) -> list[str] | None:
    for line in lines:
        names = [name.strip() for name in line.split("|")]
        if set(COLUMNS) <= set(names):
            return names
    return None


def _row(header: list[str], fields: list[str]) -> dict[str, str]:
    """A line's fields by column; {} where they do not fit. What is too many belongs to the name (FACTS 4.3)."""
    surplus = len(fields) - len(header)
    if surplus > 0 and NAME in header:
        at = header.index(NAME)
        fields = [*fields[:at], "|".join(fields[at : at + surplus + 1]), *fields[at + surplus + 1 :]]
    if len(fields) != len(header):
        return {}
    return {name: plain(field, LONGEST) for name, field in zip(header, fields, strict=True)}


def _is_agent(row: dict[str, str]) -> bool:
    return bool(_USER.fullmatch(row["user"]) and _STATUS.fullmatch(row["status"]))


def _seat(row: dict[str, str]) -> Seat:
    return Seat(
        status=row["status"],
        session_id=plain(row["session_id"], 20),
        sub_status=plain(row.get("sub_status", ""), 20),
        user=row["user"],
        lead_id=plain(row.get("lead_id", ""), 20),
        call_id=row.get("callerid", ""),
    )
