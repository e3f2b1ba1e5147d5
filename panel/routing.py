"""Which socket address leads where."""

from channels.auth import AuthMiddlewareStack
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import URLRouter
from django.urls import path, re_path

from panel.consumers import PanelConsumer


class NoSuchSocket(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels comes without types.
    """Any other address: closed without an error in the log."""

    async def connect(self) -> None:
        await self.close()


application = AuthMiddlewareStack(
    URLRouter([path("ws/panel/", PanelConsumer.as_asgi()), re_path(r"", NoSuchSocket.as_asgi())])
)
