"""The table `recording_live`: what VICIdial believes about stereo recordings, right or wrong (FACTS 7.3)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

HOUR = 3600.0
BY_AGENT = "STEREO AGENT-CONTROLLED"
"""The type of what BEGIN begins, and of ALLCALLS and ALLFORCE recordings of the agent's side (FACTS 7.11)."""


@dataclass(slots=True)
class LiveRow:
    """One row; times are epoch seconds. Whether anything is recorded at all, it does not say (FACTS 7.8)."""

    id: int
    user: str
    channel: str
    lead_id: int
    started_at: float
    filename: str
    server: str
    kind: str = BY_AGENT
    ended_at: float | None = None
    status: str = "STARTED"

    @property
    def is_live(self) -> bool:
        """Whether STATUS and END see it: started, not ended, of a type with AGENT-CONTROLLED (FACTS 7.3)."""
        return self.status == "STARTED" and self.ended_at is None and "AGENT-CONTROLLED" in self.kind

    def close(self, now: float) -> None:
        self.status, self.ended_at = "FINISHED", now


@dataclass(slots=True)
class LiveTable:
    """All rows, the closed ones too. The hourly script closes what is older than `limit` seconds (FACTS 7.8)."""

    limit: float = HOUR
    rows: list[LiveRow] = field(default_factory=list)
    open: dict[str, list[LiveRow]] = field(default_factory=dict)
    """The rows that may be live, by the user's name in small letters."""
    swept_hour: int = 0

    def add(self, row: LiveRow) -> None:
        self.rows.append(row)
        self.open.setdefault(row.user.lower(), []).append(row)

    def of(self, user: str) -> list[LiveRow]:
        """The live rows of a user, the newest start first; MySQL ignores letter case (FACTS 7.16)."""
        rows = [row for row in self.open.get(user.lower(), ()) if row.is_live]
        return sorted(rows, key=lambda row: (int(row.started_at), row.id), reverse=True)

    def newest(self, user: str, channel: str | None = None) -> LiveRow | None:
        """The row that STATUS shows; with a channel, the one that END closes (FACTS 7.3, 7.7)."""
        return next((row for row in self.of(user) if channel in (None, row.channel)), None)

    def close(self, row: LiveRow, now: float) -> None:
        row.close(now)
        mine = self.open[row.user.lower()]
        mine.remove(row)

    def close_call(self, user: str, channel: str, lead_id: int, now: float) -> int:
        """The end-of-call logging: close the rows of that user, channel and lead, and say how many (FACTS 7.8)."""
        rows = [row for row in self.of(user) if (row.channel, row.lead_id) == (channel, lead_id)]
        for row in rows:
            self.close(row, now)
        return len(rows)

    def advance(self, now: float) -> None:
        """Let the hourly script have run at each full hour until `now`."""
        hour = int(now // HOUR)
        if hour != self.swept_hour:
            self.swept_hour = hour
            for row in self._open_rows():
                closed_at = math.ceil((row.started_at + self.limit) / HOUR) * HOUR
                if closed_at <= now:
                    self.close(row, closed_at)

    def run_script(self, now: float) -> None:
        """Run the script at once: what is older than the limit is closed."""
        for row in self._open_rows():
            if now - row.started_at >= self.limit:
                self.close(row, now)

    def _open_rows(self) -> list[LiveRow]:
        return [row for rows in self.open.values() for row in rows if row.ended_at is None]
