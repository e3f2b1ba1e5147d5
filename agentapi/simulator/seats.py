"""The agents of one server and their calls, and what people do there.

Nothing here runs by itself. Time comes from an injected clock, and each deed first brings the state up to that time; so
a test decides how fast the seconds pass.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterable
from datetime import tzinfo

from agentapi.simulator.agents import FIRST_CONFBRIDGE, FIRST_SESSION, Agent, Person, Status
from agentapi.simulator.calls import FIRST_LEAD, Call, Exchange
from agentapi.simulator.live import LiveTable
from agentapi.simulator.playback import Conference
from agentapi.simulator.recording import Kind, Recording, RecordingLog
from agentapi.simulator.rules import Rules
from agentapi.simulator.screen import Screen, Server
from agentapi.simulator.timing import Clock, Timing
from agentapi.simulator.truth import Truth, truth_of


class UnknownAgentError(LookupError):
    """The floor has no agent of that name."""

    def __init__(self, user: str) -> None:
        super().__init__(f"no agent {user!r} on this floor")


class Seats:
    """Agents, their conferences, screens and calls. `kept` is how many of each agent's plays are remembered."""

    def __init__(
        self,
        people: Iterable[Person],
        *,
        clock: Clock,
        seed: int,
        timing: Timing,
        rules: Rules,
        address: str,
        zone: tzinfo,
        kept: int | None,
    ) -> None:
        self.clock, self.timing, self.rules, self.zone = clock, timing, rules, zone
        self.server = address
        self.rng = random.Random(seed)
        self.log, self.live, self.exchange = RecordingLog(), LiveTable(timing.recording_limit), Exchange()
        self.agents: dict[str, Agent] = {}
        self._exact: dict[str, str] = {}
        self._kept = kept
        self._screens = Server(timing, rules, self.log, self.live, address, zone)
        self.now = clock()
        self.live.advance(self.now)
        for person in people:
            self._add(person)
        self._next_lead = FIRST_LEAD + len(self.agents)

    def _add(self, person: Person) -> None:
        number = len(self.agents)
        # Each agent has its own source of chance, so that one agent's presses move no other's times.
        rng = random.Random(self.rng.random())
        first = FIRST_CONFBRIDGE if self.rules.knows_stereo else FIRST_SESSION
        agent = Agent(
            person.user,
            person.name,
            person.status,
            str(first + number),
            self.server,
            Conference(self.timing, rng, memory=deque(maxlen=self._kept)),
            Screen(self._screens, rng, person.user),
            f"crm{person.user}",
        )
        self.agents[person.user] = agent
        self._exact[person.user.lower()] = person.user
        if person.status == "INCALL":
            self._connect(agent, self.exchange.connect(FIRST_LEAD + number))

    # -- what a test asks ----------------------------------------------------------------------

    def advance(self) -> float:
        """Bring everything up to the clock and give the time, in epoch seconds."""
        self.now = self.clock()
        for agent in self.agents.values():
            agent.advance(self.now)
        self.live.advance(self.now)
        return self.now

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
        """The recordings that this agent began and that really run now, whatever STATUS says."""
        agent = self.agent(agent_user)
        self.advance()
        return [entry for entry in self.log.running if entry.agent_user == agent.user]

    def truth(self) -> Truth:
        """What was really recorded and heard until now, as values that no later deed changes."""
        now = self.advance()
        played = ((user, channel) for user, agent in self.agents.items() for channel in agent.conference.memory)
        return truth_of(now, self.log.entries, played)

    def find(self, agent_user: str) -> Agent | None:
        """The agent of that name; the database ignores letter case (FACTS 7.16)."""
        exact = self._exact.get(agent_user.lower())
        return self.agents[exact] if exact is not None else None

    def agent(self, agent_user: str) -> Agent:
        """The agent of that name; UnknownAgentError where there is none."""
        agent = self.find(agent_user)
        if agent is None:
            raise UnknownAgentError(agent_user)
        return agent

    def by_alt_user(self, alt_user: str) -> Agent | None:
        return next((a for a in self.agents.values() if a.alt_user == alt_user), None)

    def free_agent(self, agent_user: str) -> Agent:
        """Somebody else who is logged in and in no call; ValueError where everybody is busy."""
        for agent in self.agents.values():
            if agent.logged_in and agent.call is None and agent.user != agent_user:
                return agent
        raise ValueError("no other agent is free; log one in or let one hang up first")

    # -- calls ---------------------------------------------------------------------------------

    def put_on_call(
        self,
        agent_user: str,
        *,
        campaign_recording: bool = False,
        inbound: bool = False,
        is_logged: bool = True,
    ) -> Call:
        """Give the agent a customer: a new call with a lead and a channel of its own.

        A wish that waits comes to life in it (FACTS 7.4), unless it ends another call with its disposition.
        `campaign_recording` records the conference as a mono campaign does (FACTS 2.7); `is_logged` is False for a
        call that VICIdial's log does not know (FACTS 7.4).
        """
        agent = self._moved(agent_user)
        if not agent.logged_in:
            self.log_in(agent_user)
        self._free(agent)
        call = self._new_call(inbound=inbound)
        call.is_logged = is_logged
        self._connect(agent, call)
        agent.calls_today += 1
        if campaign_recording:
            agent.screen.begin(Kind.CAMPAIGN, "", self.now)
        return call

    def _new_call(self, *, inbound: bool = False) -> Call:
        lead_id, self._next_lead = self._next_lead, self._next_lead + 1
        return self.exchange.connect(lead_id, inbound=inbound)

    def _connect(self, agent: Agent, call: Call) -> None:
        call.agents.append(agent.user)
        agent.status = "INCALL"
        agent.screen.take_call(call, self.now)

    def hang_up(self, agent_user: str, *, disposition: bool = True) -> None:
        """The agent hangs up and waits for the next call; clips end.

        The disposition clears the wish (FACTS 2.11); without one it waits for the next call (FACTS 7.4).
        """
        agent = self._moved(agent_user)
        if disposition:
            self._free(agent)
        else:
            self._leave(agent)
        agent.status = "READY"

    def end_call(self, agent_user: str) -> None:
        """The agent hangs up and the disposition screen opens: sub status DISPO (FACTS 4.2)."""
        agent = self._moved(agent_user)
        call = agent.call
        if call is not None:
            self._leave(agent)
            agent.disposing, agent.status = call, "PAUSED"

    def dispose(self, agent_user: str) -> None:
        """The agent sets the disposition, which clears the wish, and is READY (FACTS 2.11)."""
        agent = self._moved(agent_user)
        if agent.disposing is not None:
            self._dispose(agent)
            agent.status = "READY"

    def customer_hangs_up(self, agent_user: str) -> None:
        """The customer is gone while the agent still stands in the call: sub status DEAD (FACTS 7.9)."""
        call = self._moved(agent_user).call
        if call is not None:
            call.hang_up(self.log, self.now, self.server)

    def park(self, agent_user: str) -> None:
        """Put the customer on hold: sub status PARK. Recordings go on, with the hold music in them (FACTS 7.13)."""
        call = self._moved(agent_user).call
        if call is not None and call.is_alive:
            call.is_parked = True

    def retrieve(self, agent_user: str) -> None:
        """Take the customer from hold."""
        call = self._moved(agent_user).call
        if call is not None:
            call.is_parked = False

    def transfer(self, agent_user: str, to: str) -> None:
        """Hand the call on, channel, recordings and all; the first agent comes to the disposition.

        Her end-of-call logging comes with that, and may end the other's recording (FACTS 7.13). ValueError without a
        call.
        """
        agent, other = self._moved(agent_user), self.agent(to)
        call = self._call_to_share(agent, other)
        self._free(other)
        agent.conference.clear()
        agent.screen.end_all(self.now)
        agent.screen.call = None
        call.agents.remove(agent.user)
        agent.disposing, agent.status = call, "PAUSED"
        self._join(other, call)

    def three_way(self, agent_user: str, to: str) -> None:
        """Take another agent into the call: sub status 3-WAY for both (FACTS 4.2). ValueError without a call."""
        agent, other = self._moved(agent_user), self.agent(to)
        call = self._call_to_share(agent, other)
        self._free(other)
        self._join(other, call)

    def _join(self, agent: Agent, call: Call) -> None:
        call.is_parked = False
        self._connect(agent, call)
        agent.calls_today += 1

    def _call_to_share(self, agent: Agent, other: Agent) -> Call:
        if agent.call is None or not agent.call.is_alive:
            raise ValueError(f"{agent.user} has no customer to share")
        if other is agent or not other.logged_in:
            raise ValueError(f"{other.user} is not another agent who is logged in")
        return agent.call

    def _leave(self, agent: Agent, *, logs: bool = True) -> None:
        """End the agent's part in the call; `logs` is False where no screen logged the end (FACTS 7.8)."""
        agent.conference.clear()
        agent.screen.end_all(self.now)
        call, agent.screen.call = agent.call, None
        if call is None:
            return
        call.agents.remove(agent.user)
        if not call.agents:
            call.hang_up(self.log, self.now, self.server)
        if logs:
            agent.screen.log_end(call, self.now)

    def _dispose(self, agent: Agent, *, logs: bool = True) -> None:
        if logs and agent.disposing is not None:
            agent.screen.log_end(agent.disposing, self.now)
        agent.disposing = None
        agent.screen.wish.clear()

    def _free(self, agent: Agent, *, logs: bool = True) -> None:
        """Leave the call, if there is one, with its disposition. Without a call a wish goes on waiting (FACTS 7.4)."""
        had_call = agent.call is not None or agent.disposing is not None
        self._leave(agent, logs=logs)
        if had_call:
            self._dispose(agent, logs=logs)

    # -- sessions and screens ------------------------------------------------------------------

    def pause(self, agent_user: str) -> None:
        self.set_status(agent_user, "PAUSED")

    def set_status(self, agent_user: str, status: Status) -> None:
        """Put the agent into a state as if by leaving the call that was."""
        agent = self._moved(agent_user)
        self._free(agent)
        agent.status = status
        if status == "INCALL":
            self._connect(agent, self._new_call())

    def log_out(self, agent_user: str) -> None:
        """End the session with all that plays and records in it."""
        self._close_session(agent_user, logs=True)

    def emergency_logout(self, agent_user: str) -> None:
        """A manager ends the session from outside: no screen logs the end, so rows are left over (FACTS 7.8)."""
        self._close_session(agent_user, logs=False)

    def _close_session(self, agent_user: str, *, logs: bool) -> None:
        agent = self._moved(agent_user)
        self._free(agent, logs=logs)
        agent.screen.wish.clear()
        agent.status, agent.logged_in = "PAUSED", False

    def log_in(self, agent_user: str, session_id: str | None = None) -> None:
        """Log in with a fresh screen, paused as everybody begins, into the same session or into another one.

        Whoever does so over a session that still runs leaves its rows behind (FACTS 7.8).
        """
        agent = self._moved(agent_user)
        self._free(agent, logs=False)
        agent.screen.open()
        agent.status, agent.logged_in = "PAUSED", True
        agent.session_id = session_id or agent.session_id

    def crash(self, agent_user: str) -> None:
        """The agent's browser dies. VICIdial notices nothing: call and rows stay until somebody acts (FACTS 7.8)."""
        self._moved(agent_user).screen.closed = True

    def freeze(self, agent_user: str) -> None:
        """Freeze the agent's screen: from now on it carries out no wish (FACTS 2.3)."""
        self._moved(agent_user).screen.frozen = True

    def unfreeze(self, agent_user: str) -> None:
        self._moved(agent_user).screen.unfreeze(self.now)

    def hide(self, agent_user: str) -> None:
        """Put another window in front of the agent's screen: soon its loop runs once a minute (FACTS 7.12)."""
        self._moved(agent_user).screen.hide(self.now)

    def show(self, agent_user: str) -> None:
        self._moved(agent_user).screen.show(self.now)

    def run_hourly_script(self) -> None:
        """Let the script run now that closes the rows older than the recording limit (FACTS 7.8)."""
        self.live.run_script(self.advance())

    def _moved(self, agent_user: str) -> Agent:
        """The agent, with the whole floor brought up to now."""
        agent = self.agent(agent_user)
        self.advance()
        return agent
