"""The floor as the simulator's own page draws it."""

from __future__ import annotations

from itertools import islice
from typing import Any

from agentapi.simulator.agents import Agent
from agentapi.simulator.floor import Floor
from agentapi.simulator.recording import Recording

SHOWN_REQUESTS = 40
SHOWN_AGENTS = 60


def snapshot(floor: Floor) -> dict[str, Any]:
    """The whole floor now, as values that JSON knows. Lengths and ages are in seconds."""
    now = floor.advance()
    newest = islice(reversed(floor.journal.records), SHOWN_REQUESTS)
    return {
        "time": now,
        "total": floor.journal.total,
        "agent_count": len(floor.agents),
        "agents": [_agent(a, now) for a in islice(floor.agents.values(), SHOWN_AGENTS)],
        "requests": [
            {
                "number": record.number,
                "time": record.time,
                "function": record.function,
                "agent_user": record.agent_user,
                "words": " ".join(w for w in (record.stage, record.value) if w),
                "status": record.status,
                "body": record.body.strip(),
                "fault": record.fault,
            }
            for record in newest
        ],
    }


def _agent(agent: Agent, now: float) -> dict[str, Any]:
    return {
        "user": agent.user,
        "name": agent.name,
        "status": agent.status if agent.logged_in else "LOGGED OUT",
        "session_id": agent.session_id,
        "logged_in": agent.logged_in,
        "customer": agent.has_customer,
        "customer_gone": agent.customer_gone,
        "frozen": agent.screen.frozen,
        "clips": [
            {
                "clip": channel.clip,
                "position": round(channel.position_at(now), 2),
                "length": channel.length,
                "paused": channel.paused,
                "visible": channel.visible(now),
            }
            for channel in agent.conference.present(now)
        ],
        "recordings": [_recording(entry, now) for entry in agent.screen.running],
        "wishes": [f"{kind.value}: {wish.text}" for kind, wish in agent.screen.wishes.items() if wish.due is not None],
    }


def _recording(entry: Recording, now: float) -> dict[str, Any]:
    return {
        "id": entry.id,
        "kind": entry.kind.value,
        "filename": entry.filename,
        "elapsed": round(now - entry.started_at, 2),
    }
