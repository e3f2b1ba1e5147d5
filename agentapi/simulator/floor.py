"""The call-centre floor: everything that the simulated VICIdial knows.

Nothing here runs by itself. Time comes from an injected clock, and each question first brings the
state up to that time; so a test decides how fast the seconds pass.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, tzinfo

from agentapi.simulator import answers, nonagent
from agentapi.simulator.accounts import Accounts, User, demo_users
from agentapi.simulator.agents import DEMO, FIRST_SESSION, Agent, Person, Status, crowd
from agentapi.simulator.answers import Answer
from agentapi.simulator.faults import Fault, Faults, spoil
from agentapi.simulator.journal import KEPT, Journal, RequestRecord
from agentapi.simulator.params import Params
from agentapi.simulator.playback import Conference
from agentapi.simulator.recording import PHP_8, Kind, Recording, RecordingLog, Screen
from agentapi.simulator.store import AudioStore
from agentapi.simulator.timing import Clock, Timing

AGENT_SCRIPT = "agc/api.php"
NON_AGENT_SCRIPT = "vicidial/non_agent_api.php"


class UnknownAgentError(LookupError):
    """The floor has no agent of that name."""

    def __init__(self, user: str) -> None:
        super().__init__(f"no agent {user!r} on this floor")


class Floor:
    """Agents, their conferences and screens, the API users, the audio store, and the faults.

    `php` is 8 or 7, for the differences in FACTS 1.3, 2.4, 2.6 and 3.6. `stereo` is False for a
    server older than stereo_recording. `zone` is the server's time zone. Not safe for threads:
    `SimulatorServer` holds a lock around it.
    """

    def __init__(
        self,
        people: Iterable[Person] = DEMO,
        *,
        clock: Clock = time.time,
        seed: int = 0,
        php: int = 8,
        stereo: bool = True,
        zone: tzinfo = UTC,
        timing: Timing | None = None,
        store: AudioStore | None = None,
        server: str = "10.10.10.15",
        filename_template: str = "FULLDATE_AGENT_",
        kept: int | None = KEPT,
    ) -> None:
        if php not in (7, 8):
            raise ValueError(f"php must be 7 or 8, not {php!r}")
        self.clock, self.php, self.stereo, self.zone = clock, php, stereo, zone
        self.timing = timing or Timing()
        self.store = store or AudioStore()
        self.server, self.filename_template = server, filename_template
        self.rng = random.Random(seed)
        self.database_up, self.api_active, self.non_latin = True, True, False
        self.shows_errors = False
        self.log, self.faults, self.journal = RecordingLog(), Faults(), Journal.of(kept)
        self.agents: dict[str, Agent] = {}
        for person in people:
            self._add(person)
        self.accounts = Accounts([*demo_users(), *self._agent_users()])
        self.now = clock()

    @classmethod
    def demo(
        cls,
        *,
        clock: Clock = time.time,
        seed: int = 0,
        agents: int | None = None,
        php: int = 8,
        stereo: bool = True,
        zone: tzinfo = UTC,
        timing: Timing | None = None,
        kept: int | None = KEPT,
    ) -> Floor:
        """The demonstration's floor: Alice and Bob on calls and four others in other states.

        With `agents` it has that many agents instead, 1000 and up, all on calls. `kept` is how many of the last
        requests are remembered; None remembers all.
        """
        people = DEMO if agents is None else crowd(agents)
        return cls(people, clock=clock, seed=seed, php=php, stereo=stereo, zone=zone, timing=timing, kept=kept)

    @property
    def php_dies(self) -> bool:
        """Whether PHP ends with status 500 where PHP 7 only warned (FACTS 1.3)."""
        return self.php >= PHP_8

    def _add(self, person: Person) -> None:
        number = len(self.agents)
        # Each agent has its own source of chance, so that one agent's presses move no other's times.
        rng = random.Random(self.rng.random())
        screen = Screen(self.timing, rng, self.log, person.user, self.server, self.zone, self.filename_template)
        agent = Agent(
            person.user,
            person.name,
            person.status,
            str(FIRST_SESSION + number),
            self.server,
            Conference(self.timing, rng),
            screen,
            number,
        )
        agent.enter(person.status, 0.0)
        self.agents[person.user] = agent

    def _agent_users(self) -> list[User]:
        """The agents' own logins, which have no access to the API."""
        return [User(name, "agentpass", api_access=False, group="AGENTS", level=1) for name in self.agents]

    # -- calls ---------------------------------------------------------------------------------

    def advance(self) -> float:
        """Bring everything up to the clock and give the time, in epoch seconds."""
        self.now = self.clock()
        for agent in self.agents.values():
            self._advance_agent(agent)
        return self.now

    def _advance_agent(self, agent: Agent) -> None:
        agent.conference.advance(self.now)
        agent.screen.advance(self.now)

    def answer(self, script: str, params: Params) -> Answer:
        """Execute one call of `script` and give its true answer."""
        name = params.get("agent_user")
        agent = self.find(name) or self.by_alt_user(name)
        if script == AGENT_SCRIPT and agent:
            # The others may wait until they are asked for; a floor of thousands is too much to go over at each call.
            self.now = self.clock()
            self._advance_agent(agent)
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

    # -- what a test asks ----------------------------------------------------------------------

    @property
    def requests(self) -> list[RequestRecord]:
        """The last requests, the newest last, without any password."""
        return list(self.journal.records)

    @property
    def counts(self) -> Counter[str]:
        """How often each function was called since the beginning, exactly."""
        return self.journal.counts

    def audible(self, agent_user: str) -> list[str]:
        """The clips that the agent's customer hears now; a paused one is not heard."""
        agent = self.agent(agent_user)
        self.advance()
        return agent.conference.audible(self.now) if agent.has_customer else []

    def in_conference(self, agent_user: str) -> list[str]:
        """The clips that sound in the agent's conference now, whether a customer is there or not."""
        agent = self.agent(agent_user)
        self.advance()
        return agent.conference.audible(self.now)

    def recordings(self, agent_user: str) -> list[Recording]:
        """The recordings of the agent's session that run now."""
        agent = self.agent(agent_user)
        self.advance()
        return list(agent.screen.running)

    def find(self, agent_user: str) -> Agent | None:
        return self.agents.get(agent_user)

    def agent(self, agent_user: str) -> Agent:
        """The agent of that name; UnknownAgentError where there is none."""
        agent = self.find(agent_user)
        if agent is None:
            raise UnknownAgentError(agent_user)
        return agent

    def by_alt_user(self, alt_user: str) -> Agent | None:
        return next((a for a in self.agents.values() if a.alt_user == alt_user), None)

    # -- what people on the floor do -----------------------------------------------------------

    def _enter(self, agent_user: str, status: Status) -> Agent:
        agent = self.agent(agent_user)
        agent.enter(status, self.advance())
        return agent

    def put_on_call(self, agent_user: str, *, campaign_recording: bool = False) -> None:
        """Give the agent a customer; the campaign may record the call by itself (FACTS 2.7)."""
        if not self.agent(agent_user).logged_in:
            self.log_in(agent_user)
        agent = self._enter(agent_user, "INCALL")
        agent.calls_today += 1
        if campaign_recording:
            agent.screen.begin(Kind.CAMPAIGN, "", self.now)

    def hang_up(self, agent_user: str) -> None:
        """The agent hangs up and waits for the next call; clips and recordings end."""
        self._enter(agent_user, "READY")

    def pause(self, agent_user: str) -> None:
        self._enter(agent_user, "PAUSED")

    def set_status(self, agent_user: str, status: Status) -> None:
        """Put the agent into a state as if by leaving the call that was."""
        self._enter(agent_user, status)

    def customer_hangs_up(self, agent_user: str) -> None:
        """The customer is gone while the agent still stands in the call: sub status DEAD."""
        agent = self.agent(agent_user)
        self.advance()
        agent.customer_gone = agent.status == "INCALL"

    def log_out(self, agent_user: str) -> None:
        """End the session with all that plays and records in it."""
        self._enter(agent_user, "PAUSED").logged_in = False

    def log_in(self, agent_user: str, session_id: str | None = None) -> None:
        """Log in, paused as everybody begins, into the same session or into another one."""
        agent = self._enter(agent_user, "PAUSED")
        agent.logged_in = True
        agent.session_id = session_id or agent.session_id
        agent.screen.unfreeze(self.now)

    def freeze(self, agent_user: str) -> None:
        """Freeze or close the agent's screen: from now on it carries out no wish (FACTS 2.3)."""
        agent = self.agent(agent_user)
        self.advance()
        agent.screen.freeze()

    def unfreeze(self, agent_user: str) -> None:
        agent = self.agent(agent_user)
        agent.screen.unfreeze(self.advance())

    def do(self, agent_user: str, verb: str) -> None:
        """Do what a button of the page says; ValueError for a verb that does not exist."""
        verbs = {
            "call": self.put_on_call,
            "hangup": self.hang_up,
            "customer-gone": self.customer_hangs_up,
            "pause": self.pause,
            "logout": self.log_out,
            "login": self.log_in,
            "freeze": self.freeze,
            "unfreeze": self.unfreeze,
        }
        if verb not in verbs:
            raise ValueError(f"no such thing to do as {verb!r}; known are {', '.join(verbs)}")
        verbs[verb](agent_user)
