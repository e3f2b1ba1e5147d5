"""Teams of a configuration: who is in them, and who sees them."""

from collections.abc import Iterable, Iterator

from django.contrib.auth.models import User

from panel.configuration.rows import update
from panel.configuration.schema import TeamEntry
from panel.models import Agent, Team


def import_teams(entries: Iterable[TeamEntry]) -> Iterator[str]:
    """Saves the teams; yields a line for each that changed. An entry is the whole team."""
    for entry in entries:
        row = Team.objects.filter(name=entry.name).first() or Team(name=entry.name)
        lines = list(update("teams", entry.name, row, {"name": entry.name}))
        changed = list(_members(row, entry))
        yield from lines or ([f"teams: ~ {entry.name} ({', '.join(changed)})"] if changed else [])


def _members(team: Team, entry: TeamEntry) -> Iterator[str]:
    """Sets who belongs to the team; yields what of it changed."""
    if set(team.agents.values_list("user__username", flat=True)) != set(entry.agents):
        team.agents.set(Agent.objects.filter(user__username__in=entry.agents))
        yield "agents"
    if set(team.supervisors.values_list("username", flat=True)) != set(entry.supervisors):
        team.supervisors.set(User.objects.filter(username__in=entry.supervisors))
        yield "supervisors"
