"""Daphne, with a worker beside it, and an end that loses nothing."""

import asyncio
import logging
import signal
import time
from functools import partial
from typing import Any

import daphne.server
from daphne.endpoints import build_endpoint_description_strings
from daphne.server import Server
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet import reactor as twisted_reactor

from config.asgi import application
from panel.exchange import Exchange, ExchangeFactory
from panel.inbox import Arrivals, Inbox
from panel.layers import LayerAwayError, home
from panel.presence import OpenSocket, presence
from panel.protocol import LONGEST_FRAME
from panel.working import WorkerThread

log = logging.getLogger(__name__)

# Twisted's reactor is a module that gets its methods when it is installed.
reactor: Any = twisted_reactor

PING_SECONDS = 20
GONE_AFTER_SECONDS = 30
GOODBYE_SECONDS = 5.0
PATIENCE_SECONDS = 1.5
"""For so long a socket may work on what it heard before it was told to close."""
GOODBYE_LOOK_SECONDS = 0.05
LONGEST_MESSAGE = 4 * LONGEST_FRAME
"""Bytes: what the protocol may hold in the longest letters of UTF-8. More closes the socket with 1009."""
LONGEST_REASON = 123
"""Bytes: a close frame carries no more."""
HANDSHAKE = (
    "application_deferred",
    "clean_headers",
    "http_headers",
    "http_request_data",
    "http_request_params",
    "http_request_uri",
    "http_response_data",
    "http_status_line",
    "_wskey",
)
"""What Daphne and autobahn would keep of the handshake while a socket is open: a browser's headers, five times over."""


class PanelSocket(WebSocketProtocol):  # type: ignore[misc]  # daphne comes without types.
    """Daphne's websocket, able to say why it closes, to close with 1012, which autobahn keeps for itself, to tell when
    its client takes in less than it is sent, and to forget how it was opened.
    """

    full: asyncio.Event | None = None
    """There while the transport holds much that was not sent yet, and set when that is over."""

    def onOpen(self) -> None:  # noqa: N802 - autobahn's name
        super().onOpen()
        # Until now the HTTP channel, whose time is over, was told how much the transport holds.
        self.unregisterProducer()
        self.registerProducer(self, True)
        # Daphne reads nothing but the path from now on, and autobahn nothing at all.
        self.request.headers = {}
        for name in HANDSHAKE:
            delattr(self, name)

    def pauseProducing(self) -> None:  # noqa: N802 - Twisted's name
        self.full = self.full or asyncio.Event()

    def resumeProducing(self) -> None:  # noqa: N802 - Twisted's name
        if self.full:
            self.full.set()
            self.full = None

    def stopProducing(self) -> None:  # noqa: N802 - Twisted's name
        self.resumeProducing()

    def onClose(self, wasClean: bool, code: int, reason: str) -> None:  # noqa: N802, N803, FBT001 - autobahn's names
        self.resumeProducing()
        super().onClose(wasClean, code, reason)

    def sendMessage(self, payload: bytes, isBinary: bool = False, **options: Any) -> None:  # noqa: N802, N803, FBT001, FBT002 - autobahn's names
        # Autobahn holds what goes out to the limit of what may come in; a wall of 300 agents is much larger.
        limit = int(self.maxMessagePayloadSize)
        self.maxMessagePayloadSize: int = 0
        try:
            super().sendMessage(payload, isBinary, **options)
        finally:
            self.maxMessagePayloadSize = limit

    def handle_reply(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.close" and self.state == self.STATE_OPEN:
            reason = message.get("reason", "").encode()
            self.sendCloseFrame(code=message.get("code", 1000), reasonUtf8=reason[:LONGEST_REASON])
        else:
            super().handle_reply(message)


WebSocketFactory.protocol = PanelSocket
# The name by which Daphne's server makes it.
daphne.server.HTTPFactory = ExchangeFactory


class PanelServer(Server):  # type: ignore[misc]  # daphne comes without types.
    """Daphne's server, with patience for slow clients, and able to let nobody in while it still serves those inside.

    Whoever sends to a websocket, or a page, waits until its client has taken in what went before. Daphne would buffer.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._ports: list[Any] = []

    def listen_success(self, port: Any) -> None:
        self._ports.append(port)
        super().listen_success(port)

    async def handle_reply(self, protocol: Any, message: Any) -> None:
        if isinstance(protocol, PanelSocket) and message["type"] == "websocket.send":
            if protocol.full:
                await protocol.full.wait()
            if protocol.state != protocol.STATE_OPEN:
                return
        if isinstance(protocol, Exchange) and message["type"] == "http.response.body":
            await protocol.taken_in()
        await super().handle_reply(protocol, message)

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Inbox[dict[str, Any]]:
        """As Daphne's own, but for the queue of what the client sends, a small one, and for the root path, which Daphne
        lets any client say: it would make one address look like another to the proxy in front.
        """
        inbox = Arrivals()
        known = {"asgi": {"version": "3.0"}, **scope, "root_path": ""}
        work = self.application(known, inbox.get, partial(self.handle_reply, protocol))
        self.connections[protocol]["application_instance"] = asyncio.ensure_future(work)
        return inbox

    def stop_listening(self) -> None:
        """Refuse new connections."""
        for port in self._ports:
            port.stopListening()

    def has_websockets(self) -> bool:
        """Whether any websocket is open, or being opened or closed."""
        return any(
            isinstance(protocol, PanelSocket) and _is_alive(known) for protocol, known in self.connections.items()
        )


def _is_alive(known: dict[str, Any]) -> bool:
    """What Daphne knows of a connection -> whether its client is there, or its application has not ended yet."""
    application = known.get("application_instance")
    return not known.get("disconnected") or bool(application and not application.done())


def run(host: str, port: int, *, with_worker: bool) -> None:
    """Serve until SIGTERM or SIGINT, then close sockets with 1012 and record the work in hand."""
    loop: asyncio.AbstractEventLoop = reactor._asyncioEventloop  # noqa: SLF001 - Twisted has no public name for it
    home.adopt(loop)
    worker = WorkerThread() if with_worker else None
    server = PanelServer(
        application,
        endpoints=build_endpoint_description_strings(host=host, port=port),
        signal_handlers=False,
        ping_interval=PING_SECONDS,
        ping_timeout=GONE_AFTER_SECONDS,
        websocket_max_message_size=LONGEST_MESSAGE,
        websocket_max_frame_size=LONGEST_MESSAGE,
        server_name="clipdeck",
        ready_callable=lambda: log.info("Clipdeck serves on http://%s:%s/", host, port),
    )
    ending = False
    # A loop keeps no hold of its tasks.
    drains: set[asyncio.Task[None]] = set()

    def end(*_: object) -> None:
        nonlocal ending
        if not ending:
            ending = True
            reactor.callFromThread(lambda: drains.add(loop.create_task(_drain(server, worker))))

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    if worker:
        worker.start()
    server.run()
    if worker:
        worker.stop()
        worker.join()
    _end_tasks(loop)


def _end_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Let everything that still waits on the loop end here: Python 3.11 crashes where it is left to the interpreter."""
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))


async def _drain(server: PanelServer, worker: WorkerThread | None) -> None:
    """Let nobody in, let the worker record what it has in hand, tell every socket to come back, then end."""
    log.info("Ending: no new work is taken.")
    try:
        server.stop_listening()
        if worker:
            worker.stop()
            await asyncio.get_running_loop().run_in_executor(None, worker.join)
        await _say_goodbye(server)
    finally:
        reactor.stop()


async def _say_goodbye(server: PanelServer) -> None:
    """Close all websockets, those too that are just being opened, each when it has said what it had to say."""
    now = time.monotonic
    last = now() + GOODBYE_SECONDS
    told: dict[OpenSocket, float] = {}
    while server.has_websockets() and now() < last:
        for socket in presence.sockets:
            if socket not in told:
                told[socket] = now()
                await _send_back(socket)
            elif now() - told[socket] > PATIENCE_SECONDS:
                told[socket] = last
                await socket.drain({})
        await asyncio.sleep(GOODBYE_LOOK_SECONDS)


async def _send_back(socket: OpenSocket) -> None:
    """Close it after all that was pushed to it, or at once where the layer is away."""
    try:
        await socket.channel_layer.send(socket.channel_name, {"type": "drain"})
    except LayerAwayError:
        await socket.drain({})
