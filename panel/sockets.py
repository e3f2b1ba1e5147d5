"""What every socket of Clipdeck has in common: who may open it, how long it may stay, how it ends."""

import asyncio
import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.contrib.auth.models import User
from django.http.request import split_domain_port, validate_host
from django.utils import timezone

from agentapi.addresses import network_of
from panel.layers import home
from panel.limits import Pace, Speech, crowd
from panel.metrics import REJECTED, SHUT, SOCKETS
from panel.presence import presence
from panel.protocol import Message, Rejected, dump, id_of
from panel.selectors.rights import NOT_ALLOWED, NOT_LOGGED_IN, ActiveUser, LoggedIn, Right, SamePassword
from panel.selectors.states import Truth
from panel.tickets import subprotocol_of

AGAINST_POLICY = 1008
SERVICE_RESTART = 1012


class RefusedError(Exception):
    """A socket is not opened: `code` closes it, and the text says why in plain words."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class Socket(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels comes without types.
    """One open socket. A kind of socket says in `admit` whom it lets in, in `begin`, `hear` and `end` what it does.

    It stays open only while all its `rights` hold: `panel.presence` looks every two seconds. `watching` are the agents
    whose sessions are kept fresh as long as it is open, `waiting` the clicks whose end it was not told yet.
    """

    user: User
    rights: tuple[Right, ...] = ()
    watching: tuple[int, ...] = ()
    waiting: frozenset[UUID] = frozenset()
    is_open = False
    came_at: datetime
    """When the frame came that is being heard."""

    @property
    def kind(self) -> str:
        """What it is called where sockets are counted: panel, wall."""
        return type(self).__name__.removesuffix("Consumer").lower()

    async def admit(self, user: User) -> tuple[Right, ...]:
        """Let this person in, and say what else must stay true; RefusedError if not."""
        raise NotImplementedError

    async def begin(self) -> None:
        """It was let in: join groups, send the first message."""

    async def hear(self, text: str) -> None:
        """A text frame came in, at an acceptable pace."""

    async def end(self) -> None:
        """It is over: leave the groups."""

    async def catch_up(self, truth: Truth) -> None:
        """Read again what a lost push would have told, where `truth` shows that there was one."""

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Live from the handshake on; however that ends, the socket is counted out: a handler may fail, or wait for the
        database when Daphne cancels it, ten seconds after its client went.
        """
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._leave()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Hand a message of the client or of the layer to its method.

        Channels would visit the thread of the database first, each time, and wait there behind whatever is done, only
        to close connections that grew old. `database_sync_to_async` sees to them whenever there is something to do.
        """
        await getattr(self, get_handler_name(message))(message)
        # Channels' loop holds on to it until the next one comes, which may take hours.
        message.clear()

    async def connect(self) -> None:
        """Let in or refuse. Accepts first: a browser shows a close code only then."""
        home.adopt(asyncio.get_running_loop())
        await self.accept(subprotocol_of(self.scope))
        try:
            credentials = credentials_of(self.scope)
            self.user = self.scope["user"]
            self.rights = (*credentials, *await self.admit(self.user))
            self._enter()
        except RefusedError as refusal:
            await self.close(refusal.code, refusal.text)
            return
        # Headers, cookies, session: nobody asks for them any more, and Channels holds on to them until the end.
        self.scope.clear()
        await self.begin()

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        """Hand a frame on, and remember when it came: not when there was time to look at it."""
        now, arrived = timezone.now(), message.get("arrived")
        self.came_at = now if arrived is None else now - timedelta(seconds=time.monotonic() - arrived)
        await super().websocket_receive(message)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:  # noqa: ARG002 - Channels hands it over
        """Let a frame be heard, unless there are too many of them."""
        if not self.is_open:
            return
        pace = crowd.pace(self._network, self._speech)
        if pace is Pace.NO_END:
            await self.shut(AGAINST_POLICY, "This page sent far too much. Load it again.")
        elif text_data is None:
            await self.say(Rejected(None, "malformed", "Messages are JSON text, not binary."))
        elif pace is Pace.TOO_FAST:
            await self.say(Rejected(id_of(text_data), "too_fast", "Too many presses at once. Nothing was sent."))
        else:
            await self.hear(text_data)

    async def say(self, message: Message) -> None:
        """Send a message to this socket alone."""
        if isinstance(message, Rejected):
            REJECTED.labels(message.code).inc()
        await self.send(text_data=dump(message))

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 - Channels hands it over
        await self._leave()

    async def shut(self, code: int, text: str) -> None:
        """Close it from this side; nothing more is heard or told."""
        await self._leave()
        SHUT.labels(code).inc()
        await self.close(code, text)

    async def drain(self, _: dict[str, Any]) -> None:
        """The server is going down: the client comes back by itself. Comes by the layer, after all that was pushed."""
        await self.close(SERVICE_RESTART, "The server restarts.")

    def _enter(self) -> None:
        """Be counted; RefusedError where there are too many already."""
        client = self.scope.get("client") or ("", 0)
        self._network, self._speech = network_of(client[0]), Speech()
        if too_many := crowd.enter(self.user.pk, self._network):
            raise RefusedError(AGAINST_POLICY, too_many)
        self.is_open = True
        SOCKETS.labels(self.kind).inc()
        presence.enter(self)

    async def _leave(self) -> None:
        if self.is_open:
            self.is_open = False
            SOCKETS.labels(self.kind).dec()
            crowd.leave(self.user.pk, self._network)
            presence.leave(self)
            await self.end()


def credentials_of(scope: dict[str, Any]) -> tuple[Right, ...]:
    """What a login rests on: the rights that a middleware found instead of a cookie, or the cookie's session.

    RefusedError where nobody is logged in, or where a page of another site makes a browser send its cookie.
    """
    found: tuple[Right, ...] = scope.get("rights", ())
    if not found and not same_origin(scope):
        raise RefusedError(NOT_ALLOWED, "This origin may not open a panel.")
    user, session = scope["user"], scope.get("session")
    if not user.is_authenticated:
        raise RefusedError(NOT_LOGGED_IN, "Log in first.")
    if not user.is_active:
        raise RefusedError(ActiveUser.code, ActiveUser.text)
    if not found and session:
        found = (LoggedIn(session.session_key), SamePassword(user.pk, user.password))
    return (ActiveUser(user.pk), *found)


def same_origin(scope: dict[str, Any]) -> bool:
    """Whether a browser's page of this very site opened the socket; a client without an Origin is no browser."""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1")
    if not origin or origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    host = headers.get(b"host", b"").decode("latin-1")
    # Where cookies want TLS, a page without it is not ours, whatever its name.
    schemes = ("https",) if settings.SESSION_COOKIE_SECURE else ("https", "http")
    return origin in {f"{scheme}://{host}" for scheme in schemes} and _is_ours(host)


def _is_ours(host: str) -> bool:
    """Whether Django would serve pages under this name: a name that somebody else pointed at us is not ours."""
    allowed = settings.ALLOWED_HOSTS or (["localhost", ".localhost", "127.0.0.1", "[::1]"] if settings.DEBUG else [])
    return validate_host(split_domain_port(host)[0], allowed)
