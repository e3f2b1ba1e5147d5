"""Everything that is sent to screens and workers. Only services call this; everything waits for the commit."""

import threading
from collections.abc import Mapping
from functools import partial
from typing import Any

from channels.layers import get_channel_layer
from django.db import transaction

from panel.groups import WALL, WORKERS, agent_group
from panel.layers import home
from panel.models import Click, Session
from panel.protocol import ClickMessage, Message, StateMessage, dump
from panel.selectors.states import state_message


def push_state(session: Session) -> None:
    """Tell all panels of the session's agent its whole state."""
    transaction.on_commit(lambda: _to_agent(session.agent_id, state_message(session)))
    push_card(session.agent_id)


def push_click(click: Click) -> None:
    """Tell all panels of the click's agent where it stands."""
    message = click_message(click)
    transaction.on_commit(lambda: _to_agent(click.agent_id, message))
    push_card(click.agent_id)


def push_card(agent_id: int) -> None:
    """Tell the walls that there is something new about this agent."""
    transaction.on_commit(lambda: _changed.add(agent_id))


def push_alerts() -> None:
    """Tell the walls that alerts were raised, cleared or acknowledged."""
    transaction.on_commit(lambda: _send(WALL, {"type": "alerts"}))


def refresh(agent_ids: list[int]) -> None:
    """Let all panels of these agents, and all walls, read everything anew."""
    for agent_id in agent_ids:
        transaction.on_commit(partial(_send, agent_group(agent_id), {"type": "refresh"}))
    transaction.on_commit(lambda: _send(WALL, {"type": "refresh"}))


def ring() -> None:
    """Wake the workers: there may be something to do."""
    transaction.on_commit(lambda: _send(WORKERS, {"type": "ring"}))


def click_message(click: Click) -> ClickMessage:
    """Where a click stands."""
    return ClickMessage(
        id=click.id,
        status=click.status,
        reason=click.reason or None,
        text=click.text,
        action=click.action,
        button=click.press.get("button") or None,
        actor=click.actor_name or None,
    )


def news_of(message: Message) -> dict[str, Any]:
    """What a socket keeps in mind of a message, so that it sees later whether it missed another one."""
    match message:
        case StateMessage(version=version):
            return {"version": version}
        case ClickMessage(id=click_id, status=status):
            return {"click": str(click_id), "open": status in Click.OPEN}
        case _:
            return {}


class _Changed:
    """Agents of whose change the walls were not told yet: what changes at the same time is told in one message."""

    def __init__(self) -> None:
        self._keys: set[int] = set()
        self._lock = threading.Lock()

    def add(self, agent_id: int) -> None:
        """Tell the walls of this agent, soon. Safe from any thread."""
        with self._lock:
            told_already = bool(self._keys)
            self._keys.add(agent_id)
        if not told_already:
            home.submit(self._tell())

    async def _tell(self) -> None:
        with self._lock:
            keys, self._keys = self._keys, set()
        if keys:
            await get_channel_layer().group_send(WALL, {"type": "changed", "agents": sorted(keys)})


_changed = _Changed()


def _to_agent(agent_id: int, message: Message) -> None:
    _send(agent_group(agent_id), {"type": "push", "text": dump(message), "news": news_of(message)})


def _send(group: str, message: Mapping[str, Any]) -> None:
    home.submit(get_channel_layer().group_send(group, message))
