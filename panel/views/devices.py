"""An agent's extensions: letting one in by its code, seeing which there are, taking one back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from panel.models import Agent
from panel.selectors.people import agent_of
from panel.selectors.tokens import awaited_of, tokens_of
from panel.services import pairings, tokens
from panel.services.pairings import PairingRefusedError

OWN_ORIGIN = "chrome-extension://aelpoehmpbiehbijfobiodkejdcjjgmf"
"""That of the extension of this repository, by the key in its manifest."""


@login_required
@never_cache
def pair(request: HttpRequest) -> HttpResponse:
    """Ask for a code; show what stands behind it; let it in or send it away."""
    agent = _agent(request)
    typed = (request.POST or request.GET).get("code", "")[:40]
    if not typed.strip():
        return render(request, "panel/pair.html", {"agent": agent})
    by_link, address = request.method != "POST", request.META.get("REMOTE_ADDR", "")
    try:
        pairing = pairings.look_up(typed, agent.user, address, timezone.now(), by_link=by_link)
    except PairingRefusedError as refusal:
        status = 429 if refusal.code == "too_many" else 404
        context = {"agent": agent, "typed": typed, "error": refusal.text}
        return render(request, "panel/pair.html", context, status=status)
    if (decision := request.POST.get("decision")) not in {"allow", "refuse"}:
        own = pairing.origin == OWN_ORIGIN
        return render(request, "panel/pair.html", {"agent": agent, "pairing": pairing, "own": own})
    allow = decision == "allow"
    if not pairings.decide(pairing, agent, timezone.now(), allow=allow):
        messages.error(request, "That request was decided before, or it is too old.")
    elif allow:
        messages.success(request, f"{pairing.name} is let in. It connects in a few seconds, if it is open.")
    else:
        messages.success(request, f"{pairing.name} was sent away.")
    return redirect("devices")


@login_required
@never_cache
def devices(request: HttpRequest) -> HttpResponse:
    """What is connected as this agent."""
    agent = _agent(request)
    now = timezone.now()
    context = {"agent": agent, "tokens": tokens_of(agent, now), "awaited": awaited_of(agent, now)}
    return render(request, "panel/devices.html", context)


@login_required
@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Take one of one's own back."""
    agent = _agent(request)
    token = get_object_or_404(agent.tokens, pk=token_id)
    tokens.revoke(token, agent.user, timezone.now())
    messages.success(request, f"{token.name} is disconnected.")
    return redirect("devices")


@login_required
@require_POST
def take_back(request: HttpRequest, pairing_id: int) -> HttpResponse:
    """End one that was let in and has not connected yet."""
    agent = _agent(request)
    pairing = get_object_or_404(agent.pairings, pk=pairing_id)
    if pairings.take_back(pairing, agent.user):
        messages.success(request, f"{pairing.name} is not let in any more.")
    else:
        messages.error(request, f"{pairing.name} has connected meanwhile. Disconnect it below.")
    return redirect("devices")


def _agent(request: HttpRequest) -> Agent:
    assert isinstance(request.user, User)  # noqa: S101 - login_required has seen to it
    agent = agent_of(request.user)
    if agent is None:
        raise PermissionDenied("Only agents have extensions.")
    return agent
