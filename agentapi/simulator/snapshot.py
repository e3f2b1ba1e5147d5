"""The floor as the simulator's own page draws it."""

from __future__ import annotations

from itertools import islice
from typing import Any

from agentapi.simulator.agents import Agent
from agentapi.simulator.calls import Call
from agentapi.simulator.controls import CONTROLS
from agentapi.simulator.floor import Floor
from agentapi.simulator.live import LiveRow
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
        "agents": [_agent(floor, a, now) for a in islice(floor.agents.values(), SHOWN_AGENTS)],
        "settings": [
            {
                "name": name,
                "label": control.label,
                "fact": control.fact,
                "value": control.read(floor),
                "choices": list(control.choices),
            }
            for name, control in CONTROLS.items()
        ],
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


def _agent(floor: Floor, agent: Agent, now: float) -> dict[str, Any]:
    screen = agent.screen
    return {
        "user": agent.user,
        "name": agent.name,
        "status": agent.status if agent.logged_in else "LOGGED OUT",
        "sub_status": agent.sub_status,
        "session_id": agent.session_id,
        "campaign": agent.campaign,
        "logged_in": agent.logged_in,
        "customer": agent.has_customer,
        "customer_gone": agent.customer_gone,
        "call": _call(agent.call) if agent.call else None,
        "disposing": agent.disposing is not None,
        "frozen": screen.frozen,
        "crashed": screen.closed,
        "hidden": screen.hidden_since is not None,
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
        "recordings": [_recording(entry, now) for entry in floor.log.running if entry.agent_user == agent.user],
        "rows": [_row(row, agent.call) for row in floor.live.of(agent.user)],
        "wish": screen.wish.text,
        "waits": screen.wish.due is not None,
    }


def _call(call: Call) -> dict[str, Any]:
    return {
        "lead_id": call.lead_id,
        "caller_id": call.caller_id,
        "channel": call.channel,
        "inbound": call.inbound,
        "parked": call.is_parked,
        "agents": list(call.agents),
    }


def _row(row: LiveRow, call: Call | None) -> dict[str, Any]:
    """A row that STATUS may show; it is stale where its channel is not there any more (FACTS 7.8)."""
    is_there = call is not None and call.is_alive and call.channel == row.channel
    return {"id": row.id, "channel": row.channel, "stale": not is_there}


def _recording(entry: Recording, now: float) -> dict[str, Any]:
    return {
        "id": entry.id,
        "kind": entry.kind.value,
        "mode": entry.mode,
        "filename": entry.filename,
        "elapsed": round(now - entry.started_at, 2),
    }
