"""Who may show the panel in a frame, and whose."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User

from agentapi.reach import PLAIN_HOST
from panel.models import Agent, Dialer
from panel.selectors.people import agent_of


def framing_origins(user: User | AnonymousUser) -> list[str]:
    """The origins of an agent's own dialer, or of all of them where nobody is logged in yet, and EMBED_ORIGINS."""
    agent = agent_of(user) if user.is_authenticated else None
    urls = [agent.dialer.url] if agent else Dialer.objects.values_list("url", flat=True)
    return sorted(_origins(urls) | set(settings.EMBED_ORIGINS))


def origins_of_others(agent: Agent) -> list[str]:
    """The origins of other dialers than an agent's. One in EMBED_ORIGINS may be another name of the agent's own."""
    others = _origins(Dialer.objects.exclude(pk=agent.dialer_id).values_list("url", flat=True))
    return sorted(others - _origins([agent.dialer.url]) - set(settings.EMBED_ORIGINS))


def is_ambiguous(agent_user: str) -> bool:
    """Whether more than one dialer has an agent of this name: then the name alone does not say whose screen it is."""
    return Agent.objects.filter(agent_user=agent_user)[1:].exists()


def mismatch(agent: Agent, agent_user: str | None, dialer: str | None) -> str:
    """Why an agent's panel does not belong into this agent screen, in plain words, or ''.

    The screen is that of `agent_user` on the dialer of this name; None is what the screen did not say.
    """
    if agent_user not in {None, agent.agent_user}:
        shown = f"agent {agent_user[:20]}" if agent_user else "nobody"
        return f"VICIdial is logged in as {shown} here, but this login of Clipdeck is {agent}'s."
    if dialer not in {None, agent.dialer.name}:
        shown = f"of the dialer {dialer[:60]}" if dialer else "of no dialer"
        return f"This is an agent screen {shown}, but this login of Clipdeck is {agent}'s on {agent.dialer}."
    return ""


def _origins(urls: Iterable[str]) -> set[str]:
    """Those of them that are safe in a header: addresses may be older than the check that they pass now."""
    parts = [urlsplit(url) for url in urls]
    return {f"{each.scheme}://{each.netloc}" for each in parts if PLAIN_HOST.fullmatch(each.netloc)}
