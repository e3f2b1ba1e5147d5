"""The database -> a configuration file that says the same. No password leaves, whatever form it has."""

import json
from typing import Any

from django.contrib.auth.models import User

from panel.configuration.people import roles_given
from panel.configuration.schema import BOARD_SETTINGS, DIALER_SETTINGS
from panel.models import Agent, Board, Button, Clip, Dialer, Team


def exported() -> str:
    """The whole configuration as the text of a file; an import into the same database changes nothing."""
    return json.dumps(_configuration(), ensure_ascii=False, indent=2) + "\n"


def _configuration() -> dict[str, Any]:
    # The passwords are not even read: what is not there can't slip out.
    dialers = Dialer.objects.defer("password", "non_agent_password").order_by("name")
    buttons = Button.objects.select_related("clip").order_by("position", "pk")
    boards = Board.objects.order_by("name")
    users = User.objects.filter(agent=None) | User.objects.filter(groups__isnull=False)
    users |= User.objects.filter(is_superuser=True)
    people = users.distinct().order_by("username").prefetch_related("groups")
    agents = Agent.objects.order_by("user__username")
    names = dict(Dialer.objects.values_list("pk", "name"))
    return {
        "dialers": [_dialer(dialer) for dialer in dialers],
        "clips": [_clip(clip) for clip in Clip.objects.order_by("name")],
        "boards": [_board(board, [b for b in buttons if b.board_id == board.pk]) for board in boards],
        "users": [_user(user) for user in people],
        "agents": [_agent(agent, names) for agent in agents.select_related("user", "board")],
        "teams": [_team(team) for team in Team.objects.prefetch_related("agents__user", "supervisors")],
    }


def _dialer(dialer: Dialer) -> dict[str, Any]:
    entry = {key: getattr(dialer, key) for key in ("name", "url", "user", *DIALER_SETTINGS)}
    if dialer.non_agent_url:
        entry["non_agent"] = {"url": dialer.non_agent_url, "user": dialer.non_agent_user}
    return entry


def _clip(clip: Clip) -> dict[str, Any]:
    keys = ("name", "title", "audio", "duration_seconds", "transcript", "language")
    return {key: getattr(clip, key) for key in keys}


def _board(board: Board, buttons: list[Button]) -> dict[str, Any]:
    settings = {key: getattr(board, key) for key in BOARD_SETTINGS}
    return {"name": board.name} | settings | {"buttons": [_button(button) for button in buttons]}


def _button(button: Button) -> dict[str, Any]:
    keys = ("label", "hotkey", "colour", "while_playing")
    return {"name": button.name, "clip": button.clip.name} | {key: getattr(button, key) for key in keys}


def _user(user: User) -> dict[str, Any]:
    return {"username": user.username, "roles": sorted(roles_given(user))} | _person(user)


def _agent(agent: Agent, dialers: dict[int, str]) -> dict[str, Any]:
    return {
        "username": agent.user.username,
        "dialer": dialers[agent.dialer_id],
        "agent_user": agent.agent_user,
        "board": agent.board.name,
    } | _person(agent.user)


def _team(team: Team) -> dict[str, Any]:
    return {
        "name": team.name,
        "agents": sorted(agent.user.username for agent in team.agents.all()),
        "supervisors": sorted(user.username for user in team.supervisors.all()),
    }


def _person(user: User) -> dict[str, Any]:
    """The name where there is one, and whether somebody is shut out: a new database must not let them in again."""
    name = {"name": user.get_full_name()} if user.get_full_name() else {}
    return name if user.is_active else name | {"active": False}
