"""The application that a server runs: pages by Django, sockets by the panel."""

import os
import sys

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

from config.env import EnvError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

try:
    # This sets Django up, so it stands before the import of anything that has models.
    http = get_asgi_application()
except EnvError as error:
    sys.exit(f"clipdeck: {error}")

# The panel needs its models, so it comes after Django is set up.
from django.conf import settings

from config.proxies import TrustedProxies
from panel.entrance import Entrance
from panel.routing import application as websocket

_routed = ProtocolTypeRouter({"http": http, "websocket": websocket})
application = Entrance(TrustedProxies(_routed, networks=settings.TRUSTED_PROXIES))
