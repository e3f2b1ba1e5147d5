"""Floors on a port: a threaded HTTP/1.1 server from the standard library.

One process may be several dialers. The first has its scripts at `/agc/api.php` and `/vicidial/non_agent_api.php` and
its page at `/`; the others have theirs behind their name, as `/off/agc/api.php`.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from agentapi.simulator.controls import set_control
from agentapi.simulator.faults import FaultKind
from agentapi.simulator.floor import AGENT_SCRIPT, NON_AGENT_SCRIPT, Floor, UnknownAgentError
from agentapi.simulator.params import Params, parse
from agentapi.simulator.reply import Answer
from agentapi.simulator.snapshot import snapshot

PAGE = Path(__file__).resolve().parent / "page"
FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    **{f"/{name}": (name, "text/javascript; charset=utf-8") for name in ("page.js", "settings.js", "dom.js")},
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

    def __init__(self, address: tuple[str, int], floors: Mapping[str, Floor]) -> None:
        self.floors = floors
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
        form = self._form()
        if form is None:
            return
        _, path = self._place()
        if path.startswith(("/agents/", "/settings/", "/script/")):
            self._button(path)
        else:
            self._route(form)

    def _place(self) -> tuple[str, str]:
        """The name of the dialer in the address, empty for the first one, and the path behind it."""
        path = urlsplit(self.path).path
        name, slash, rest = path[1:].partition("/")
        return (name, slash + rest) if slash and name in self.server.floors else ("", path)

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
        dialer, path = self._place()
        if path in SCRIPTS:
            self._call(SCRIPTS[path], parse(urlsplit(self.path).query, form))
        elif path in FILES:
            name, kind = FILES[path]
            self._send(200, (PAGE / name).read_bytes(), kind)
        elif path == "/floor.json":
            with self.server.lock:
                state = snapshot(self.server.floors[dialer])
            state |= {"dialer": dialer, "dialers": list(self.server.floors)}
            self._send(200, json.dumps(state).encode(), "application/json")
        else:
            self._send(404, b"The simulator has no such page.\n", TEXT)

    def _call(self, script: str, params: Params) -> None:
        """Execute one API call with the faults that wait for it; sleep only outside the lock."""
        floor = self.server.floors[self._place()[0]]
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
        """What the simulator's own page does, and nothing else may.

        `POST /agents/<user>/<verb>`, with `?to=<user>` where two are needed; `POST /settings/<name>?value=<choice>`;
        `POST /script/` for the hourly script.
        """
        if self.headers.get("Origin") not in (None, f"http://{self.headers.get('Host')}"):
            self._send(403, b"Only the simulator's own page may do this.\n", TEXT)
            return
        dialer, _ = self._place()
        query = parse_qs(urlsplit(self.path).query)
        _, kind, name, verb = [*path.split("/", 3), "", ""][:4]
        try:
            with self.server.lock:
                floor = self.server.floors[dialer]
                if kind == "agents":
                    floor.do(name, verb, query.get("to", [""])[0])
                elif kind == "settings":
                    set_control(floor, name, query.get("value", [""])[0])
                else:
                    floor.run_hourly_script()
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
    """A floor on `host`:`port`, and `others` behind their names; port 0 takes any free one. A context manager.

    The port is taken when the object is made, so that OSError (a taken port) comes at once.
    While it runs, hold `lock` to ask a floor for more than one thing that must fit together.
    """

    def __init__(
        self, floor: Floor, host: str = "127.0.0.1", port: int = 0, *, others: Mapping[str, Floor] | None = None
    ) -> None:
        self.floor = floor
        self.floors: Mapping[str, Floor] = {"": floor, **(others or {})}
        self._listener = _Listener((host, port), self.floors)
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
        return self.url_of("")

    @property
    def non_agent_url(self) -> str:
        return self.non_agent_url_of("")

    def url_of(self, dialer: str) -> str:
        """The address of another dialer's agent API."""
        return f"{self._base_of(dialer)}/{AGENT_SCRIPT}"

    def non_agent_url_of(self, dialer: str) -> str:
        return f"{self._base_of(dialer)}/{NON_AGENT_SCRIPT}"

    def _base_of(self, dialer: str) -> str:
        return f"{self.base_url}/{dialer}" if dialer else self.base_url

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
