"""One request over HTTP and its answer, as the server holds them: no body larger than a page needs is read, an answer
waits for a slow client, and one that breaks off is seen to break off.
"""

import asyncio
from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest
from twisted.internet import reactor as twisted_reactor

# Twisted's reactor is a module that gets its methods when it is installed.
reactor: Any = twisted_reactor

LONGEST_BODY = 1024 * 1024
"""Bytes: as nginx is told in deploy/nginx, and far more than any form of ours has."""
LINGER_BYTES = 1024 * 1024
"""So much is still taken off a refused client's hands: one whose bytes lie unread is told of a reset instead of why."""
LINGER_SECONDS = 2.0
PATIENCE_SECONDS = 60.0
"""For so long an answer waits for a client that takes nothing in."""
WORDS = f"A body may hold at most {LONGEST_BODY} bytes.\n".encode()
TOO_LARGE = b"\r\n".join([
    b"HTTP/1.1 413 Content Too Large", b"Content-Type: text/plain", b"Content-Length: %d" % len(WORDS),
    b"Connection: close", b"", WORDS,
])  # fmt: skip


class Exchange(WebRequest):  # type: ignore[misc]  # daphne comes without types.
    """Daphne's request, which reads every body to its end, has all of an answer in memory as soon as it is made, and
    leaves one that failed in its middle open for ever.
    """

    full: asyncio.Event | None = None
    """There while the transport holds much that was not sent yet, and set when that is over."""
    refused = False

    def gotLength(self, length: int | None) -> None:  # noqa: N802 - Twisted's name
        """The headers are here; `length` is what they say, None where the body comes in chunks."""
        self._length = 0
        super().gotLength(min(length, LONGEST_BODY) if length is not None else None)
        if length is not None and length > LONGEST_BODY:
            self._refuse()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        self._length += len(data)
        if self._length > LONGEST_BODY and not self.refused:
            self._refuse()
        if not self.refused:
            super().handleContentChunk(data)

    def requestReceived(self, *line: bytes) -> None:  # noqa: N802 - Twisted's name
        if not self.refused:
            super().requestReceived(*line)

    def _refuse(self) -> None:
        """Say why, take a little more off the wire so that this is heard, and hang up."""
        self.refused = True
        # Nobody is to go on with it.
        self.requestHeaders.removeHeader(b"Expect")
        self.content.truncate(0)
        channel, transport = self.channel, self.channel.transport
        transport.write(TOO_LARGE)
        transport.loseWriteConnection()
        left = LINGER_BYTES

        def pass_over(data: bytes) -> None:
            nonlocal left
            left -= len(data)
            if left < 0:
                transport.abortConnection()

        channel.dataReceived = pass_over
        reactor.callLater(LINGER_SECONDS, transport.abortConnection)

    def handle_reply(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start" and self.channel is not None and not self.producer:
            self.registerProducer(self, True)
        super().handle_reply(message)

    async def taken_in(self) -> None:
        """Wait until the client has taken in most of what it was sent; one that takes nothing for long is cut off."""
        if self.full:
            try:
                await asyncio.wait_for(self.full.wait(), PATIENCE_SECONDS)
            except TimeoutError:
                self._cut()

    def handle_exception(self, exception: Exception) -> None:
        """The application failed. Where its answer has begun, no words can follow, and no end that looks like one."""
        if self._response_started:
            self._cut()
        else:
            super().handle_exception(exception)

    def _cut(self) -> None:
        if self.channel is not None:
            self.channel.transport.abortConnection()

    def finish(self) -> None:
        if self.producer:
            self.unregisterProducer()
        super().finish()

    def connectionLost(self, reason: Any) -> None:  # noqa: N802 - Twisted's name
        self.resumeProducing()
        super().connectionLost(reason)

    def pauseProducing(self) -> None:  # noqa: N802 - Twisted's name
        self.full = self.full or asyncio.Event()

    def resumeProducing(self) -> None:  # noqa: N802 - Twisted's name
        if self.full:
            self.full.set()
            self.full = None

    def stopProducing(self) -> None:  # noqa: N802 - Twisted's name
        self.resumeProducing()


class ExchangeFactory(HTTPFactory):  # type: ignore[misc]  # daphne comes without types.
    """Daphne's, for these requests."""

    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802 - Twisted's name
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = Exchange
        return protocol
