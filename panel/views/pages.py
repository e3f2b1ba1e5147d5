"""The pages that people open."""

import logging

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from panel.embedding import is_embedded
from panel.selectors.embedding import is_ambiguous, mismatch
from panel.selectors.people import ADMIN, SUPERVISOR, agent_of, roles_of
from panel.selectors.states import agent_view, board_view
from panel.selectors.wall import WATCHERS
from panel.services import sessions

log = logging.getLogger(__name__)

NOT_CONNECTED = {"play": "Connecting…", "replace": "Connecting…"}
NAME_THE_AGENT = "Ask your administrator to add &agent_user=--A--user--B-- to the frame's address in VICIdial's script."
NAME_THE_DIALER = (
    "Ask your administrator to add &dialer= and the dialer's name to the frame's address in VICIdial's script."
)
WALL_STATES = (
    ("trouble", "Trouble"),
    ("call", "In call"),
    ("recording", "Recording"),
    ("playing", "Playing"),
    ("unknown", "Not known"),
    ("panelless", "No panel"),
    ("out", "Logged out"),
)
"""What the wall counts and filters by; `static/wall/filter.js` says who belongs to each."""


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Send each person to their own place."""
    user = _person(request)
    if agent_of(user):
        return redirect("panel")
    roles = roles_of(user)
    if ADMIN in roles:
        return redirect("admin:index")
    if SUPERVISOR in roles:
        return redirect("wall")
    if roles:
        return redirect("ledger")
    raise PermissionDenied("Your login has no role yet. Ask your administrator for one.")


def admin_login(request: HttpRequest) -> HttpResponse:
    """Where the admin sends whom it does not know: to everybody's login, and from there to where they wanted to go."""
    asked = request.GET.get("next", "")
    here = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    wanted = asked if here else reverse("admin:index")
    return redirect(wanted) if request.user.is_authenticated else redirect_to_login(wanted)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form of a page that is not good any more, most often because of a login or logout in another tab."""
    log.info("A form was refused: %s", reason)
    again = request.get_full_path() if request.path == reverse("login") else reverse("home")
    return render(request, "stale_form.html", {"again": again, "cookies": bool(request.COOKIES)}, status=403)


@never_cache
def panel(request: HttpRequest) -> HttpResponse:
    """An agent's panel, all its buttons closed until the socket opens them.

    `embed=1` is the panel in a frame; `agent_user` is then whom VICIdial says that its screen belongs to, `dialer` the
    name of that VICIdial.
    """
    embed = is_embedded(request)
    agent_user, dialer = request.GET.get("agent_user"), request.GET.get("dialer")
    if embed and agent_user is None and _is_framed_by_another_site(request):
        return _not_yours(request, "This frame does not say whose agent screen it is in.", NAME_THE_AGENT)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path(), f"{reverse('login')}?embed=1" if embed else None)
    agent = agent_of(_person(request))
    if embed and agent is None:
        return _not_yours(request, "This login has no panel: it is no agent's.")
    if agent is None:
        raise PermissionDenied("Only agents have a panel.")
    if embed and agent_user == agent.agent_user and dialer is None and is_ambiguous(agent_user):
        return _not_yours(request, f"More than one dialer has an agent {agent_user}.", NAME_THE_DIALER)
    if embed and (problem := mismatch(agent, agent_user, dialer)):
        return _not_yours(request, problem)
    sessions.ensure_session(agent)
    context = {"agent": agent_view(agent), "board": board_view(agent.board, NOT_CONNECTED), "embed": embed}
    return render(request, "panel/panel.html", context)


def _is_framed_by_another_site(request: HttpRequest) -> bool:
    """What a browser says of the load that VICIdial's page begins; one that leads on from our own login is our own."""
    in_a_frame = request.headers.get("Sec-Fetch-Dest") in {"iframe", "frame"}
    return in_a_frame and request.headers.get("Sec-Fetch-Site") == "cross-site"


def _not_yours(request: HttpRequest, problem: str, remedy: str = "") -> HttpResponse:
    """Words in the place of a panel that must not appear in this agent screen; another login is the remedy for most."""
    return render(request, "panel/not_yours.html", {"embed": True, "problem": problem, "remedy": remedy}, status=403)


@login_required
@never_cache
def wall(request: HttpRequest) -> HttpResponse:
    """The supervisors' wall, which its socket fills."""
    roles = roles_of(_person(request))
    if not roles & WATCHERS:
        raise PermissionDenied("Only supervisors and administrators see the wall.")
    return render(request, "wall/wall.html", {"states": WALL_STATES, "sees_everybody": ADMIN in roles})


def _person(request: HttpRequest) -> User:
    """The logged-in user; `login_required` has seen to it that there is one."""
    assert isinstance(request.user, User)  # noqa: S101 - for the type checker
    return request.user
