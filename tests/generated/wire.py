"""The network between the real client and the simulated VICIdial, without sockets and on the test's clock.

It stands where requests has its own seam, the transport adapter, so that all of the client's code runs. A call takes
its time on the way there and on the way back, is executed even if nobody waits for it any more, and can be lost.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from http.client import RemoteDisconnected
from typing import TYPE_CHECKING, Any
from uuid import UUID

import requests
from requests import exceptions as broken
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse
from urllib3.exceptions import NewConnectionError, ProtocolError

from agentapi.simulator.faults import Fault, FaultKind
from agentapi.simulator.floor import AGENT_SCRIPT, NON_AGENT_SCRIPT
from agentapi.simulator.params import Params, parse
from agentapi.simulator.reply import Answer
from panel.models import Click
from tests.generated.chronicle import ALICE, Look

if TYPE_CHECKING:
    from tests.generated.world import World

CUT = (FaultKind.CUT_BEFORE, FaultKind.CUT_AFTER)
READABLE = (FaultKind.DELAY, FaultKind.NOISE, FaultKind.HALF)
CAPTURES = ("recording", "stereo_recording")


@dataclass(frozen=True)
class Executed:
    """One of our playback or recording commands, as VICIdial carried it out for a click."""

    click_id: UUID | None
    function: str
    word: str
    clip: str
    answer: str


@dataclass
class Wire(HTTPAdapter):
    """Gives every session of requests the simulator at the other end; `there` and `back` are seconds of latency."""

    world: World
    there: float = 0.02
    back: float = 0.02
    connected: bool = True
    in_flight: int = 0
    last_at: float = 0.0
    lag: float = 0.0
    """The seconds that answers to commands for the clip at hand took: so much is the estimate of its end off."""
    executed: list[Executed] = field(default_factory=list)
    wrong_toggles: list[str] = field(default_factory=list)
    sent_too_late: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def is_fast(self) -> None:
        self.there = self.back = 0.02

    def is_connected(self) -> None:
        self.connected = True

    def send(self, request: requests.PreparedRequest, *_: Any, **how: Any) -> requests.Response:
        if not self.connected:
            raise broken.ConnectionError(NewConnectionError(None, "refused"))  # type: ignore[arg-type]
        body = request.body or b""
        params = parse("", body if isinstance(body, str) else body.decode())
        fault = self.world.floor.faults.take(params.get("function"), params.get("agent_user"))
        outcome: list[Answer] = []
        looks: list[Look | None] = []
        script = NON_AGENT_SCRIPT if "non_agent" in str(request.url) else AGENT_SCRIPT
        self.in_flight += 1
        job_id = self.world.at_work()
        self._is_in_time(job_id, params)

        def execute() -> None:
            self.in_flight -= 1
            self.last_at = self.world.now
            outcome.append(self._execute(script, params, fault, job_id))
            looks.append(self._look(params, outcome[-1]))

        # An event of its own: what is on its way is executed, whatever becomes of the one who sent it.
        self.world.at(self.there, execute)
        late = fault.seconds if fault else 0.0
        patience = how["timeout"][1]
        self.world.wait(min(self.there + late + self.back, patience))
        self.last_at = self.world.now
        self.lag = (0.0 if params.get("stage") == "PLAY" else self.lag) + self.there + late + self.back
        if not outcome or self.there + late + self.back > patience:
            raise broken.ReadTimeout("no answer")
        if fault and fault.kind in CUT:
            raise broken.ConnectionError(ProtocolError("Connection aborted.", RemoteDisconnected("closed")))
        if params.get("function") == "version":
            self.world.chronicle.clock_known = fault is None
        look = looks[0]
        if look is not None and (fault is None or fault.kind in READABLE):
            self.world.chronicle.told(look, self.world.now)
        return self._response(request, outcome[0])

    def _execute(self, script: str, params: Params, fault: Fault | None, click_id: UUID | None) -> Answer:
        runs = fault is None or fault.does_execute
        chronicle, function = self.world.chronicle, params.get("function")
        chronicle.note()
        if runs:
            self._judge(params.get("stage"))
        reply = self.world.floor.serve(script, params, fault)
        word = params.get("stage") if function == "audio_playback" else params.get("value")
        if runs and click_id is not None and word != "STATUS" and function in (*CAPTURES, "audio_playback"):
            # What really was answered, whatever arrives of it.
            answer = self.world.floor.answered
            self.executed.append(Executed(click_id, function, word, params.get("value"), answer))
            self._note(click_id, function, word)
        return reply

    def _note(self, click_id: UUID, function: str, word: str) -> None:
        """What the command that was carried out just now means for what is true."""
        world, written = self.world, "SUCCESS" in self.executed[-1].answer
        if function in CAPTURES:
            world.chronicle.commanded(word, ours=True, written=written)
        elif word == "PLAY" and written and world.floor.agents[ALICE].conference.memory:
            channel = world.floor.agents[ALICE].conference.memory[-1]
            if channel.asked_at == world.floor.now:
                world.chronicle.plays[click_id] = channel

    def _look(self, params: Params, reply: Answer) -> Look | None:
        """What this answer tells of the agent, if it arrives."""
        chronicle = self.world.chronicle
        if params.get("function") == "logged_in_agents":
            return chronicle.looked_at_floor()
        if "is not logged in" in reply.text and params.get("agent_user") == ALICE:
            return chronicle.looked()
        if params.get("value") == "STATUS" and "NOTICE: " in reply.text and params.get("agent_user") == ALICE:
            look = chronicle.looked()
            return look if params.get("function") == chronicle.function.value else replace(look, row=None)
        return None

    def _is_in_time(self, click_id: UUID | None, params: Params) -> None:
        """Whoever was told that a click has ended must not hear it afterwards."""
        click = Click.objects.filter(pk=click_id).exclude(status=Click.Status.SENT).first() if click_id else None
        if click:
            what = f"{params.get('function')} {params.get('stage') or params.get('value')}"
            self.sent_too_late.append(f"{what} was sent for a click that was {click.status} already")

    def _judge(self, stage: str) -> None:
        """PAUSE and RESUME are one toggle: the wrong one does the opposite of what its name says (FACTS 3.4)."""
        if stage not in ("PAUSE", "RESUME") or self.world.outside.toggle or self.world.outside.clip:
            return
        held = self.world.paused_by_now()
        if held is not None and held == (stage == "PAUSE"):
            self.wrong_toggles.append(f"{stage} while the clip was {'paused' if held else 'playing'}")

    def _response(self, request: requests.PreparedRequest, reply: Answer) -> requests.Response:
        raw = HTTPResponse(
            io.BytesIO(reply.body), status=reply.status, preload_content=False, headers={"Content-Type": "text/html"}
        )
        return self.build_response(request, raw)
