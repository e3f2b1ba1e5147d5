"""Groups of agents, and who watches over them."""

from django.conf import settings
from django.db import models

from panel.models.agents import Agent
from panel.models.history import History


class Team(models.Model):
    """Agents, and the supervisors who see them on the wall. Both may be in several teams."""

    name = models.CharField(max_length=60, unique=True)
    agents = models.ManyToManyField(Agent, blank=True, related_name="teams")
    supervisors = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="teams",
        help_text="They need the role supervisor as well. Admins see every agent without being in a team.",
    )

    history = History(m2m_fields=(agents, supervisors))

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
