"""The call-centre floor: everything that one simulated VICIdial server knows and answers."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, tzinfo

from agentapi.simulator import answers, nonagent
from agentapi.simulator.accounts import Accounts, User, demo_users
from agentapi.simulator.agents import DEMO, SWITCHED_OFF, TOO_OLD, Person, crowd
from agentapi.simulator.deeds import do
from agentapi.simulator.faults import Fault, Faults, spoil
from agentapi.simulator.journal import KEPT, Journal, RequestRecord
from agentapi.simulator.params import Params
from agentapi.simulator.reply import Answer
from agentapi.simulator.rules import Rules
from agentapi.simulator.seats import Seats, UnknownAgentError
from agentapi.simulator.store import AudioStore
from agentapi.simulator.timing import Clock, Timing
from agentapi.simulator.wish import PHP_8

__all__ = ["AGENT_SCRIPT", "NON_AGENT_SCRIPT", "Floor", "UnknownAgentError"]

AGENT_SCRIPT = "agc/api.php"
NON_AGENT_SCRIPT = "vicidial/non_agent_api.php"


class Floor(Seats):
    """The seats, the API users, the audio store, the server's settings, and the faults.

    `php` is 8 or 7, for the differences in FACTS 1.3, 2.4, 2.6 and 3.6. `stereo` is False for a server older than
    stereo_recording (FACTS 7.1), `switched_off` True for one that knows it and has its switch off, as it comes
    (FACTS 7.2). `zone` is the server's time zone. `kept` is how many of the last requests, and of each agent's plays,
    are remembered; None remembers all. Not safe for threads: `SimulatorServer` holds a lock around it.
    """

    def __init__(
        self,
        people: Iterable[Person] = DEMO,
        *,
        clock: Clock = time.time,
        seed: int = 0,
        php: int = 8,
        stereo: bool = True,
        switched_off: bool = False,
        zone: tzinfo = UTC,
        timing: Timing | None = None,
        store: AudioStore | None = None,
        server: str = "10.10.10.15",
        filename_template: str = "FULLDATE_AGENT_",
        kept: int | None = KEPT,
    ) -> None:
        if php not in (7, 8):
            raise ValueError(f"php must be 7 or 8, not {php!r}")
        super().__init__(
            people,
            clock=clock,
            seed=seed,
            timing=timing or Timing(),
            rules=Rules(filename_template, knows_stereo=stereo),
            address=server,
            zone=zone,
            kept=kept,
        )
        self.php: int = php
        self.switched_off = switched_off
        self.store = store or AudioStore()
        self.database_up, self.api_active, self.non_latin = True, True, False
        self.shows_errors = False
        self.refusals_die = False
        """Whether a refused login is counted and then answered by status 500 (FACTS 1.7)."""
        self.faults, self.journal = Faults(), Journal.of(kept)
        self.accounts = Accounts([*demo_users(), *self._agent_users()])

    @classmethod
    def demo(
        cls,
        *,
        clock: Clock = time.time,
        seed: int = 0,
        agents: int | None = None,
        php: int = 8,
        stereo: bool = True,
        switched_off: bool = False,
        zone: tzinfo = UTC,
        timing: Timing | None = None,
        kept: int | None = KEPT,
    ) -> Floor:
        """The demonstration's floor: Alice and Bob on calls and four others in other states.

        With `agents` it has that many agents instead, 1000 and up, all on calls.
        """
        return cls(
            DEMO if agents is None else crowd(agents),
            clock=clock,
            seed=seed,
            php=php,
            stereo=stereo,
            switched_off=switched_off,
            zone=zone,
            timing=timing,
            kept=kept,
        )

    @property
    def stereo(self) -> bool:
        """Whether the server is new enough to know stereo_recording (FACTS 7.1)."""
        return self.rules.knows_stereo

    @stereo.setter
    def stereo(self, value: bool) -> None:
        self.rules.knows_stereo = value

    @property
    def php_dies(self) -> bool:
        """Whether PHP ends with status 500 where PHP 7 only warned (FACTS 1.3)."""
        return self.php >= PHP_8

    @property
    def warns(self) -> bool:
        """Whether PHP's warnings go into every answer: PHP 8 with display_errors (FACTS 1.4, 7.6)."""
        return self.shows_errors and self.php_dies

    def _agent_users(self) -> list[User]:
        """The agents' own logins, which have no access to the API."""
        return [User(name, "agentpass", api_access=False, group="AGENTS", level=1) for name in self.agents]

    def answer(self, script: str, params: Params) -> Answer:
        """Execute one call of `script` and give its true answer."""
        name = params.get("agent_user")
        agent = self.find(name) or self.by_alt_user(name)
        if script == AGENT_SCRIPT and agent and not params.get("alt_user"):
            # The others may wait until they are asked for; a floor of thousands is too much to go over at each call.
            self.now = self.clock()
            agent.advance(self.now)
            self.live.advance(self.now)
        else:
            self.advance()
        serve = nonagent.answer if script == NON_AGENT_SCRIPT else answers.answer
        return serve(self, params)

    def serve(self, script: str, params: Params, fault: Fault | None = None) -> Answer:
        """Execute one call unless the fault prevents it, note it, and give what is sent back."""
        executes = fault is None or fault.does_execute
        reply = self.answer(script, params) if executes else Answer()
        status, body = reply.status, reply.body
        if fault is not None:
            status, body = spoil(fault, status, body)
        self.journal.add(
            time=self.now if executes else self.advance(),
            script=script,
            function=params.get("function"),
            agent_user=params.get("agent_user"),
            stage=params.get("stage"),
            value=params.get("value"),
            password=params.get("pass"),
            status=status,
            body=body,
            fault=fault.kind.name if fault else "",
            executed=executes,
        )
        seconds = reply.seconds + (fault.seconds if fault else 0.0)
        return Answer(body.decode("utf-8", "surrogateescape"), status, seconds)

    @property
    def requests(self) -> list[RequestRecord]:
        """The last requests, the newest last, without any password."""
        return list(self.journal.records)

    @property
    def counts(self) -> Counter[str]:
        """How often each function was called since the beginning, exactly."""
        return self.journal.counts

    def do(self, agent_user: str, verb: str, other: str = "") -> None:
        """Do what a button of the page says, to `other` where two are needed; ValueError where that can't be."""
        do(self, agent_user, verb, other)


def other_dialers(*, clock: Clock = time.time, seed: int = 0, zone: tzinfo = UTC) -> dict[str, Floor]:
    """The demonstration's two further servers: `off` has the stereo switch off, `old` does not know the function."""
    return {
        "off": Floor(SWITCHED_OFF, clock=clock, seed=seed, zone=zone, switched_off=True),
        "old": Floor(TOO_OLD, clock=clock, seed=seed, zone=zone, stereo=False),
    }
