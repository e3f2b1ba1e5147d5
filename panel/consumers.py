"""The edge of the websocket: text in, services, text out. No rule of the business lives here."""

import logging
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from django.contrib.auth.models import User
from django.db import DatabaseError
from structlog.contextvars import bind_contextvars, bound_contextvars

from panel.groups import agent_group
from panel.models import Agent, Click
from panel.protocol import ClickFrame, PingFrame, Pong, Rejected, ResyncFrame, parse
from panel.selectors.people import agent_of
from panel.selectors.rights import NOT_ALLOWED, OwnPanel, Right
from panel.selectors.states import Truth, snapshot
from panel.services import clicks, sessions
from panel.sockets import RefusedError, Socket

log = logging.getLogger(__name__)


class PanelConsumer(Socket):
    """One open panel of one agent."""

    agent_id: int
    version = -1

    async def admit(self, user: User) -> tuple[Right, ...]:
        agent = await database_sync_to_async(agent_of)(user)
        if agent is None:
            raise RefusedError(NOT_ALLOWED, "Only agents have a panel.")
        # There from the first look on, which lets the agent be watched.
        await database_sync_to_async(sessions.ensure_session)(agent)
        self.agent_id = agent.pk
        # From here on every line in the log that this socket brings about says whose it is.
        bind_contextvars(agent=agent.agent_user, dialer=agent.dialer.name)
        self.watching = (agent.pk,)
        return (OwnPanel(user.pk, agent.pk),)

    async def begin(self) -> None:
        # Subscribed before the state is read, so that no change falls between the two.
        await self._listen()
        await self._guarded(None, self._snapshot)

    async def end(self) -> None:
        await self.channel_layer.group_discard(agent_group(self.agent_id), self.channel_name)

    async def hear(self, text: str) -> None:
        """Answer one frame."""
        frame = parse(text)
        match frame:
            case Rejected():
                await self.say(frame)
            case PingFrame():
                await self.say(Pong())
            case ResyncFrame():
                await self._guarded(None, self._snapshot)
            case ClickFrame():
                with bound_contextvars(click=str(frame.id)):
                    await self._guarded(str(frame.id), lambda: self._click(frame))

    async def push(self, event: dict[str, Any]) -> None:
        """Messages for this agent's panels, serialised once by the pusher."""
        for text, news in zip(event["texts"], event["news"], strict=True):
            self.version = max(self.version, news.get("version", -1))
            if "click" in news:
                click = {UUID(news["click"])}
                self.waiting = self.waiting | click if news["open"] else self.waiting - click
            await self.send(text_data=text)

    async def catch_up(self, truth: Truth) -> None:
        if self.version < truth.versions.get(self.agent_id, -1) or self.waiting & truth.ended:
            # The layer may have lost more than a message: that this panel listens at all.
            await self._listen()
            await self._guarded(None, self._snapshot)

    async def refresh(self, _: dict[str, Any]) -> None:
        """What surrounds the state, such as the board, was edited."""
        await self._guarded(None, self._snapshot)

    async def _listen(self) -> None:
        await self.channel_layer.group_add(agent_group(self.agent_id), self.channel_name)

    async def _snapshot(self) -> None:
        message = await database_sync_to_async(snapshot)(self.agent_id)
        self.version = max(self.version, message.version)
        self.waiting = frozenset(click.id for click in message.clicks if click.status in Click.OPEN)
        await self.say(message)

    async def _click(self, frame: ClickFrame) -> None:
        answer = await database_sync_to_async(clicks.request_click)(self.agent_id, self.user, frame, self.came_at)
        if answer is None:
            self.waiting |= {frame.id}
        else:
            await self.say(answer)

    async def _guarded(self, frame_id: str | None, work: Any) -> None:
        """Answer even where the database does not: nothing was taken in, and the client is told."""
        try:
            await work()
        except (DatabaseError, Agent.DoesNotExist):
            log.exception("The database could not serve a panel.")
            await self.say(
                Rejected(frame_id, "unavailable", "Clipdeck's database cannot be reached. Nothing was sent. Try again.")
            )
