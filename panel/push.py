"""Everything that is sent to screens and workers. Only services call this; everything waits for the commit."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from channels.layers import get_channel_layer
from django.db import transaction

from panel.groups import WORKERS, agent_group
from panel.layers import home
from panel.models import Click, Session
from panel.protocol import ClickMessage, Message, StateMessage, dump
from panel.selectors.states import state_message


def push_state(session: Session) -> None:
    """Tell all panels of the session's agent its whole state."""
    transaction.on_commit(lambda: _to_agent(session.agent_id, state_message(session)))


def push_click(click: Click) -> None:
    """Tell all panels of the click's agent where it stands."""
    message = click_message(click)
    transaction.on_commit(lambda: _to_agent(click.agent_id, message))


def refresh(agent_ids: list[int]) -> None:
    """Let all panels of these agents read everything anew."""
    for agent_id in agent_ids:
        transaction.on_commit(partial(_send, agent_group(agent_id), {"type": "refresh"}))


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


def _to_agent(agent_id: int, message: Message) -> None:
    _send(agent_group(agent_id), {"type": "push", "text": dump(message), "news": news_of(message)})


def _send(group: str, message: Mapping[str, Any]) -> None:
    home.submit(get_channel_layer().group_send(group, message))
