"""The edge of a wall's websocket: text in, services and hub, text out."""

import logging
from collections.abc import Awaitable, Callable

from channels.db import database_sync_to_async
from django.contrib.auth.models import User
from django.db import DatabaseError

from panel.protocol import (
    AcknowledgeFrame,
    Message,
    PingFrame,
    Pong,
    Rejected,
    ResyncFrame,
    WallClickFrame,
    WatchFrame,
    parse_wall,
)
from panel.selectors.people import roles_of
from panel.selectors.rights import NOT_ALLOWED, HasRole, Right
from panel.selectors.wall import WATCHERS
from panel.services import floor
from panel.sockets import RefusedError, Socket
from panel.wall.hub import hub
from panel.wall.viewer import Viewer

log = logging.getLogger(__name__)

NO_WALL = "Only supervisors and administrators see the wall."


class WallConsumer(Socket):
    """One open wall of one supervisor."""

    viewer: Viewer

    async def admit(self, user: User) -> tuple[Right, ...]:
        if not (await database_sync_to_async(roles_of)(user)) & WATCHERS:
            raise RefusedError(NOT_ALLOWED, NO_WALL)
        return (HasRole(user.pk, WATCHERS),)

    async def begin(self) -> None:
        self.viewer = Viewer(self.user.pk, self.send, self.shut)
        hub.enter(self.viewer)

    async def end(self) -> None:
        # It may end before it began.
        if hasattr(self, "viewer"):
            hub.leave(self.viewer)

    async def hear(self, text: str) -> None:
        """Answer one frame."""
        frame = parse_wall(text)
        match frame:
            case Rejected():
                await self.say(frame)
            case PingFrame():
                await self.say(Pong())
            case ResyncFrame():
                hub.resync(self.viewer)
            case WatchFrame(agent=key):
                hub.watch(self.viewer, key)
            case WallClickFrame():
                await self._answer(str(frame.id), floor.request_click, frame)
            case AcknowledgeFrame(alert=alert_id):
                await self._answer(None, floor.acknowledge, alert_id)

    async def _answer(self, frame_id: str | None, service: Callable[..., Message | None], asked: object) -> None:
        """Let the service do it for this person; who pressed learns of what was taken in as all screens do."""
        work: Callable[..., Awaitable[Message | None]] = database_sync_to_async(service)
        try:
            answer = await work(self.user, asked, self.came_at)
        except DatabaseError:
            log.exception("The database could not serve a wall.")
            text = "Clipdeck's database cannot be reached. Nothing was sent. Try again."
            answer = Rejected(frame_id, "unavailable", text)
        if answer is not None:
            await self.say(answer)
