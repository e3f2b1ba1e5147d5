"""The floor on a port: a threaded HTTP/1.1 server from the standard library."""

from __future__ import annotations

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from agentapi.simulator.answers import Answer
from agentapi.simulator.faults import FaultKind
from agentapi.simulator.floor import AGENT_SCRIPT, NON_AGENT_SCRIPT, Floor, UnknownAgentError
from agentapi.simulator.params import Params, parse
from agentapi.simulator.snapshot import snapshot

PAGE = Path(__file__).resolve().parent / "page"
FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
}
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'"
SCRIPTS = {f"/{AGENT_SCRIPT}": AGENT_SCRIPT, f"/{NON_AGENT_SCRIPT}": NON_AGENT_SCRIPT}
HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
LARGEST_FORM = 1_000_000


class _Listener(ThreadingHTTPServer):
    """The listening socket, with what the handlers need. Stopping does not wait for slow calls."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], floor: Floor) -> None:
        self.floor = floor
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.connections: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep silent about clients that go away in the middle of an answer: it is their right."""

    def close_connections(self) -> None:
        """Cut what is still open, so that a client notices at once that the server is gone."""
        for connection in list(self.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Apache"
    sys_version = ""
    # Without this, small answers wait for the kernel to gather more to send.
    disable_nagle_algorithm = True
    timeout = 120

    server: _Listener

    def setup(self) -> None:
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        self.server.connections.discard(self.connection)
        super().finish()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  The base names it.
        """Write no log: its lines would hold the password of every GET."""

    def do_GET(self) -> None:
        # A body would otherwise be read as the beginning of the next request.
        if self._form() is not None:
            self._route("")

    # These execute the function too, as they do on the real server (FACTS 1.1).
    do_HEAD = do_PUT = do_OPTIONS = do_GET  # noqa: N815

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        form = self._form()
        if form is None:
            return
        if path.startswith("/agents/"):
            self._button(path)
        else:
            self._route(form)

    def _form(self) -> str | None:
        """The form in the body as text, or None after a refusal of its size."""
        try:
            length = int(self.headers.get("Content-Length") or 0)
        except ValueError:
            length = -1
        if not 0 <= length <= LARGEST_FORM:
            self.close_connection = True
            self._send(413, b"The form is too large for the simulator.\n", TEXT)
            return None
        body = self.rfile.read(length)
        kind = self.headers.get_content_type()
        return body.decode("latin-1") if kind == "application/x-www-form-urlencoded" else ""

    def _route(self, form: str) -> None:
        parts = urlsplit(self.path)
        if parts.path in SCRIPTS:
            self._call(SCRIPTS[parts.path], parse(parts.query, form))
        elif parts.path in FILES:
            name, kind = FILES[parts.path]
            self._send(200, (PAGE / name).read_bytes(), kind)
        elif parts.path == "/floor.json":
            with self.server.lock:
                state = snapshot(self.server.floor)
            self._send(200, json.dumps(state).encode(), "application/json")
        else:
            self._send(404, b"The simulator has no such page.\n", TEXT)

    def _call(self, script: str, params: Params) -> None:
        """Execute one API call with the faults that wait for it; sleep only outside the lock."""
        floor = self.server.floor
        with self.server.lock:
            latency = floor.faults.latency
            fault = floor.faults.take(params.get("function"), params.get("agent_user"))
        self._sleep(latency)
        with self.server.lock:
            reply = floor.serve(script, params, fault)
        self._sleep(reply.seconds)
        kind = fault.kind if fault else None
        if kind not in (FaultKind.CUT_BEFORE, FaultKind.CUT_AFTER):
            self._answer(reply, half=kind is FaultKind.HALF)
        if kind in (FaultKind.CUT_BEFORE, FaultKind.CUT_AFTER, FaultKind.HALF):
            self._cut()

    def _sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.server.stopping.wait(seconds)

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _answer(self, reply: Answer, *, half: bool) -> None:
        self._send(reply.status, reply.body, HTML, half=half)

    def _button(self, path: str) -> None:
        """`POST /agents/<user>/<verb>` from the simulator's own page, and from nowhere else."""
        if self.headers.get("Origin") not in (None, f"http://{self.headers.get('Host')}"):
            self._send(403, b"Only the simulator's own page may do this.\n", TEXT)
            return
        _, _, user, verb = [*path.split("/", 3), "", ""][:4]
        try:
            with self.server.lock:
                self.server.floor.do(user, verb)
        except (UnknownAgentError, ValueError) as error:
            self._send(404, f"{error}\n".encode(), TEXT)
            return
        self._send(200, b"{}", "application/json")

    def _send(self, status: int, body: bytes, kind: str, *, half: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        if kind is not HTML:
            self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: len(body) // 2] if half else body)


class SimulatorServer:
    """A floor on `host`:`port`; port 0 takes any free one. A context manager.

    The port is taken when the object is made, so that OSError (a taken port) comes at once.
    While it runs, hold `lock` to ask the floor for more than one thing that must fit together.
    """

    def __init__(self, floor: Floor, host: str = "127.0.0.1", port: int = 0) -> None:
        self.floor = floor
        self._listener = _Listener((host, port), floor)
        self._thread: threading.Thread | None = None

    @property
    def lock(self) -> threading.Lock:
        return self._listener.lock

    @property
    def port(self) -> int:
        return int(self._listener.server_address[1])

    @property
    def base_url(self) -> str:
        """`http://HOST:PORT`, where the page is."""
        host = str(self._listener.server_address[0])
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def url(self) -> str:
        """The address of the agent API."""
        return f"{self.base_url}/{AGENT_SCRIPT}"

    @property
    def non_agent_url(self) -> str:
        return f"{self.base_url}/{NON_AGENT_SCRIPT}"

    def start(self) -> None:
        """Serve in a thread of its own until `stop`."""
        if self._thread is None:
            serve = self._listener.serve_forever
            self._thread = threading.Thread(target=serve, args=(0.05,), daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop listening and cut what is open; calling it twice does no harm."""
        self._listener.stopping.set()
        if self._thread is not None:
            self._listener.shutdown()
            self._thread.join()
            self._thread = None
        self._listener.server_close()
        self._listener.close_connections()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
