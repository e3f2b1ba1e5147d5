"""What really was, noted as it happens: whose each recording is, what a look would have told, and what looks did tell.

Nobody asks VICIdial for it: it is what the claims of the panel are held against. Times are epoch seconds of the true
clock, which Clipdeck's own may leave.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import Literal
from uuid import UUID

from agentapi.machine import LOGGED_OUT
from agentapi.simulator.floor import Floor
from agentapi.simulator.playback import Channel
from agentapi.simulator.recording import WORDS, Kind, Recording

ALICE = "1000"
REMEMBERED = 1000
TWICE = 1.0
"""A slow server carries a wish out once more after a turn of the screen's loop (FACTS 7.4)."""

Author = Literal["ours", "others", "campaign", "either"]
"""Whose BEGIN began a recording; `either` where no answer of VICIdial's could ever tell, since one of ours waited."""


@dataclass(frozen=True)
class Moment:
    """What was true of the agent just then, `active` as a STATUS of the dialer's function would have told it."""

    at: float
    logged_in: bool
    customer: bool
    active: bool


@dataclass(frozen=True)
class Look:
    """What an answer told of the agent: executed at `at`, here at `told_at`. `sub_status` and `call_id` are the
    floor's, None in a STATUS; `row` is the recording that it showed, None where the function tells of none.
    """

    at: float
    told_at: float
    status: str
    session_id: str = ""
    sub_status: str | None = None
    call_id: str | None = None
    row: str | None = None


@dataclass
class Begun:
    """One recording and who began it; `asked_in` is the call in which its BEGIN was sent, at `asked_at`. `is_plain`
    tells that nobody else's began in between, and that Clipdeck knew VICIdial's clock.
    """

    recording: Recording
    author: Author
    asked_in: str = ""
    asked_at: float = 0.0
    is_plain: bool = True


@dataclass
class Chronicle:
    """Kept for one agent of a floor; `function` is the one with which its dialer records."""

    floor: Floor
    agent_user: str
    function: Kind
    begun: dict[str, Begun] = field(default_factory=dict)
    moments: deque[Moment] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    looks: list[Look] = field(default_factory=list)
    plays: dict[UUID, Channel] = field(default_factory=dict)
    author: Author = "others"
    """Who wrote what stands in the wish column."""
    asked_in: str = ""
    asked_at: float = 0.0
    """In which call our last BEGIN was sent, and when."""
    may_wait: bool = False
    """Whether a BEGIN of ours was carried out by VICIdial, and no recording has begun since."""
    clock_known: bool = True
    """Whether Clipdeck has compared the clocks since its own was last set."""
    _known: int = 0

    def note(self, by: Author | None = None) -> None:
        """Write down what began since the last time: by the waiting wish, or by the one who just did something."""
        self.floor.advance()
        entries = self.floor.log.entries
        for entry in entries[self._known :]:
            if entry.agent_user == self.agent_user and entry.kind is not Kind.CAMPAIGN:
                self.begun[str(entry.id)] = self._begun(entry, by)
        self._known = len(entries)
        agent = self.floor.agents[self.agent_user]
        self.moments.append(
            Moment(self.floor.now, agent.logged_in, agent.has_customer and agent.status == "INCALL", bool(self.row()))
        )

    def commanded(self, word: str, *, ours: bool, written: bool) -> None:
        """A command for recordings was carried out just now; `written` tells whether it went into the wish column."""
        if not written:
            return
        self.author = "ours" if ours else "others"
        if ours and word in ("BEGIN", "START"):
            agent = self.floor.agents[self.agent_user]
            self.may_wait, self.asked_in, self.asked_at = True, agent.caller_id, self.floor.now

    def looked(self) -> Look:
        """What a STATUS tells just now."""
        agent, now = self.floor.agents[self.agent_user], self.floor.now
        if not agent.logged_in:
            return Look(now, now, LOGGED_OUT)
        return Look(now, now, agent.status, agent.session_id, row=self.row())

    def looked_at_floor(self) -> Look | None:
        """What the list of the floor tells just now; None where it lacks the agent."""
        agent, now = self.floor.agents[self.agent_user], self.floor.now
        reader = self.floor.accounts.find("apilist")
        if not agent.logged_in or reader is None or not reader.sees(agent.campaign, agent.group):
            return None
        return Look(now, now, agent.status, agent.session_id, agent.sub_status, agent.caller_id)

    def told(self, look: Look, at: float) -> None:
        """The answer with this look has arrived."""
        self.looks.append(replace(look, told_at=at))

    def row(self) -> str:
        """The recording that a STATUS of the dialer's function shows now; empty for none."""
        if self.function is Kind.STEREO:
            row = self.floor.live.newest(self.agent_user)
            return str(row.id) if row else ""
        wish = self.floor.agents[self.agent_user].screen.wish
        return wish.text if wish.shows_active(WORDS[Kind.MONO], self.floor.php) else ""

    def our_wish_waits(self) -> bool:
        """Whether a BEGIN of ours stands in the column and has not been carried out."""
        text = self.floor.agents[self.agent_user].screen.wish.text
        return self.author == "ours" and WORDS[self.function].begin in text

    def _untold(self) -> bool:
        """Whether a recording of our last BEGIN came to life of which no answer has told yet."""
        told = {look.row for look in self.looks}
        ours = (each for each in self.begun.values() if each.author == "ours" and each.asked_at == self.asked_at)
        return any(str(each.recording.id) not in told for each in ours)

    def _begun(self, entry: Recording, by: Author | None) -> Begun:
        twin = next(
            (each for each in self.begun.values() if abs(entry.started_at - each.recording.started_at - TWICE) < 1e-6),
            None,
        )
        if by is None and twin is not None:
            return replace(twin, recording=entry, is_plain=False)
        author: Author = by or self.author
        waited = self.may_wait or self._untold()
        self.may_wait = self.may_wait and by is not None
        if author != "ours":
            return Begun(entry, "either" if waited else author)
        return Begun(entry, "ours", self.asked_in, self.asked_at, is_plain=waited and self.clock_known)
