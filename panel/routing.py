"""Which socket address leads where."""

from channels.auth import AuthMiddleware
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import URLRouter
from channels.sessions import CookieMiddleware, SessionMiddleware
from django.urls import path, re_path

from panel.consumers import PanelConsumer
from panel.embedding import EmbeddedSocketMiddleware
from panel.entrance import consumed_by
from panel.tickets import TicketMiddleware
from panel.wall.consumer import WallConsumer


class NoSuchSocket(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels comes without types.
    """Any other address: closed without an error in the log."""

    async def connect(self) -> None:
        await self.close()


# A ticket overrules the login of a cookie, and opens nothing but a panel.
_sockets = URLRouter(
    [
        path("ws/panel/", TicketMiddleware(consumed_by(PanelConsumer))),
        path("ws/wall/", consumed_by(WallConsumer)),
        re_path(r"", consumed_by(NoSuchSocket)),
    ]
)
# A frame has cookies of its own.
application = CookieMiddleware(EmbeddedSocketMiddleware(SessionMiddleware(AuthMiddleware(_sockets))))
