"""What this process counts, for Prometheus. `docs/operations.md` says what each means and when to worry.

Names of people, clips and buttons are never labels: they would make numbers without end, and say who did what.
"""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)

from agentapi.client import AgentApi, Dialer
from agentapi.commands import Command
from agentapi.outcomes import Outcome

registry = CollectorRegistry()
for _collector in (ProcessCollector, PlatformCollector, GCCollector):
    _collector(registry=registry)

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

PRESSES = Counter("clipdeck_presses", "Presses that ended, by action and end.", ("action", "end"), registry=registry)
PRESS_TO_ANSWER = Histogram(
    "clipdeck_press_to_answer_seconds",
    "From the press that was taken in to VICIdial's answer, recorded.",
    ("action",),
    buckets=_SECONDS,
    registry=registry,
)
ANSWER_TO_PUSH = Histogram(
    "clipdeck_answer_to_push_seconds",
    "From VICIdial's answer to the push of what it proved.",
    buckets=_SECONDS,
    registry=registry,
)
REJECTED = Counter("clipdeck_rejected", "Frames that never became a press, by code.", ("code",), registry=registry)
CALLS = Counter("clipdeck_vicidial_calls", "Calls to VICIdial.", ("command", "outcome"), registry=registry)
CALL_SECONDS = Histogram(
    "clipdeck_vicidial_call_seconds",
    "How long calls to VICIdial took.",
    ("command",),
    buckets=_SECONDS,
    registry=registry,
)
SOCKETS = Gauge("clipdeck_sockets", "Open websockets, by kind.", ("kind",), registry=registry)
SHUT = Counter(
    "clipdeck_sockets_shut", "Sockets that were closed from this side, by code.", ("code",), registry=registry
)
DROPPED = Counter("clipdeck_pushes_dropped", "Pushes and doorbells that reached nobody.", registry=registry)


class MeasuredApi:
    """VICIdial's agent API, its calls counted and timed."""

    def __init__(self, api: AgentApi) -> None:
        self._api = api

    def execute(self, dialer: Dialer, agent_user: str, command: Command) -> Outcome:
        """Carry out the command as the API within does."""
        kind = type(command).__name__
        with CALL_SECONDS.labels(kind).time():
            outcome = self._api.execute(dialer, agent_user, command)
        CALLS.labels(kind, type(outcome).__name__).inc()
        return outcome
