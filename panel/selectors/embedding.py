"""Who may show the panel in a frame."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User

from panel.models import Dialer
from panel.selectors.people import agent_of


def framing_origins(user: User | AnonymousUser) -> list[str]:
    """The origins of an agent's own dialer, or of all of them where nobody is logged in yet, and EMBED_ORIGINS."""
    agent = agent_of(user) if user.is_authenticated else None
    dialers = [agent.dialer] if agent else Dialer.objects.all()
    return sorted({_origin(dialer.url) for dialer in dialers} | set(settings.EMBED_ORIGINS))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
