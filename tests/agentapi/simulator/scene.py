"""What the tests of the simulator share: a clock that stands still, and calls of the agent API."""

from agentapi.simulator import Floor
from agentapi.simulator.floor import AGENT_SCRIPT, NON_AGENT_SCRIPT
from agentapi.simulator.params import Params

START = 1795255200.0
"""2026-11-21 10:00:00 UTC."""


class Clock:
    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now

    def to(self, seconds):
        """So many seconds after the start."""
        self.now = START + seconds


class Scene:
    """A floor and its clock. Everything is asked as the API user, of Alice unless somebody else is named."""

    def __init__(self, **options):
        self.clock = Clock()
        self.floor = Floor.demo(clock=self.clock, seed=1, **options)

    def to(self, seconds):
        self.clock.to(seconds)

    def ask(self, function, agent="1000", **params):
        values = {"source": "test", "user": "apiuser", "pass": "apipass", "function": function, "agent_user": agent}
        return self.floor.serve(AGENT_SCRIPT, Params({**values, **params})).text

    def stereo(self, value, agent="1000", label=""):
        return self.ask("stereo_recording", agent, value=value, stage=label)

    def mono(self, value, agent="1000", label=""):
        return self.ask("recording", agent, value=value, stage=label)

    def play(self, clip, agent="1000"):
        return self.ask("audio_playback", agent, stage="PLAY", value=clip)

    def listed(self, **params):
        """The rows of logged_in_agents, as their fields."""
        values = {"source": "test", "user": "apiuser", "pass": "apipass", "function": "logged_in_agents"}
        values |= {"stage": "pipe", "show_sub_status": "YES", **params}
        text = self.floor.serve(NON_AGENT_SCRIPT, Params(values)).text
        return [line.split("|") for line in text.splitlines()]

    def shown(self, agent="1000"):
        """The id that STATUS calls active, or None."""
        answer = self.stereo("STATUS", agent)
        return int(answer.split("|")[1]) if "stereo_recording active" in answer else None

    def running(self, agent="1000"):
        """What really records: (kind, id) of each."""
        return [(entry.kind.value, entry.id) for entry in self.floor.recordings(agent)]

    @property
    def wish(self):
        return self.floor.agent("1000").screen.wish.text
