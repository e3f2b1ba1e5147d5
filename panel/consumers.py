"""The edge of the websocket: text in, services, text out. No rule of the business lives here."""

import asyncio
import logging
from typing import Any
from urllib.parse import urlsplit

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from panel.groups import agent_group
from panel.layers import home
from panel.models import Agent
from panel.presence import presence
from panel.protocol import ClickFrame, Message, PingFrame, Pong, Rejected, ResyncFrame, dump, parse
from panel.selectors.people import agent_of
from panel.selectors.states import snapshot
from panel.services import clicks, sessions

log = logging.getLogger(__name__)

NOT_LOGGED_IN = 4401
NOT_ALLOWED = 4403
SERVICE_RESTART = 1012


class PanelConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels comes without types.
    """One open panel of one agent."""

    open_panels: set["PanelConsumer"] = set()
    agent: Agent | None = None

    async def connect(self) -> None:
        """Let the agent in and send the snapshot. Accepts first: a browser shows a close code only then."""
        home.adopt(asyncio.get_running_loop())
        await self.accept()
        if not same_origin(self.scope):
            await self.close(NOT_ALLOWED, "This origin may not open a panel.")
            return
        user = self.scope["user"]
        if not user.is_authenticated:
            await self.close(NOT_LOGGED_IN, "Log in first.")
            return
        agent = await database_sync_to_async(agent_of)(user)
        if agent is None:
            await self.close(NOT_ALLOWED, "Only agents have a panel.")
            return
        await self._enter(agent)

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 - Channels hands it over
        self.open_panels.discard(self)
        if self.agent is not None:
            presence.leave(self.agent.pk)
            await self.channel_layer.group_discard(agent_group(self.agent.pk), self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:  # noqa: ARG002 - Channels hands it over
        """Answer one frame. Nothing that comes in closes the socket or disturbs another."""
        if self.agent is None:
            return
        if text_data is None:
            await self._say(Rejected(None, "malformed", "Messages are JSON text, not binary."))
            return
        frame = parse(text_data)
        match frame:
            case Rejected():
                await self._say(frame)
            case PingFrame():
                await self._say(Pong())
            case ResyncFrame():
                await self._guarded(None, self._snapshot)
            case ClickFrame():
                await self._guarded(str(frame.id), lambda: self._click(frame))

    async def push(self, event: dict[str, Any]) -> None:
        """A message for this agent's panels, serialised once by the pusher."""
        await self.send(text_data=event["text"])

    async def refresh(self, _: dict[str, Any]) -> None:
        """What surrounds the state, such as the board, was edited."""
        await self._guarded(None, self._snapshot)

    async def drain(self, _: dict[str, Any]) -> None:
        """The server is going down: the client comes back by itself. Comes by the layer, after all that was pushed."""
        await self.close(SERVICE_RESTART, "The server restarts.")

    async def _enter(self, agent: Agent) -> None:
        # Subscribed before the state is read, so that no change falls between the two.
        await self.channel_layer.group_add(agent_group(agent.pk), self.channel_name)
        self.agent = agent
        self.open_panels.add(self)
        presence.enter(agent.pk)
        await self._guarded(None, self._first_snapshot)

    async def _first_snapshot(self) -> None:
        assert self.agent is not None  # noqa: S101 - set by the only caller
        await database_sync_to_async(sessions.ensure_session)(self.agent)
        await self._snapshot()

    async def _snapshot(self) -> None:
        await self._say(await database_sync_to_async(snapshot)(self.agent))

    async def _click(self, frame: ClickFrame) -> None:
        assert self.agent is not None  # noqa: S101 - receive answers nobody else
        answer = await database_sync_to_async(clicks.request_click)(
            self.agent.pk, self.scope["user"], frame, timezone.now()
        )
        if answer is not None:
            await self._say(answer)

    async def _guarded(self, frame_id: str | None, work: Any) -> None:
        """Answer even where the database does not: nothing was taken in, and the client is told."""
        try:
            await work()
        except (DatabaseError, Agent.DoesNotExist):
            log.exception("The database could not serve a panel.")
            await self._say(
                Rejected(frame_id, "unavailable", "Clipdeck's database cannot be reached. Nothing was sent. Try again.")
            )

    async def _say(self, message: Message) -> None:
        await self.send(text_data=dump(message))


def same_origin(scope: dict[str, Any]) -> bool:
    """Whether a browser's page of this very site opened the socket; a client without an Origin is no browser."""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1")
    if not origin or origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    host = headers.get(b"host", b"").decode("latin-1")
    return urlsplit(origin).netloc == host
