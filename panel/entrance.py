"""The way in of a socket is left behind: only what stands at its end lasts as long as the socket does."""

from functools import partial
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer


def consumed_by(consumer: type[AsyncWebsocketConsumer]) -> Any:
    """The end of a socket's way in, as a route: hands the consumer back to the `Entrance`, with what was found out."""

    async def arrive(scope: dict[str, Any], receive: Any, send: Any) -> Any:  # noqa: ARG001 - ASGI's signature
        return partial(consumer(), scope)

    return arrive


class Entrance:
    """ASGI around everything: lets all middlewares end before the consumer begins that they lead to.

    A middleware that awaits the consumer keeps its frame and its copy of the scope for as long as the socket is open.
    Here each hands on what the inner application returned, and none changes what is heard or said.
    """

    def __init__(self, way: Any) -> None:
        self._way = way

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        consume = await self._way(scope, receive, send)
        del scope
        # A page, or a socket that was refused on the way, is over by now.
        if consume is not None:
            await consume(receive, send)
