"""What is known of an agent's VICIdial session now."""

from typing import Any

from django.db import models

from panel.models.agents import Agent


def nothing_known() -> dict[str, Any]:
    """The stored form of a machine state of which nothing is known."""
    return {}


class Session(models.Model):
    """The machine's state of one agent, stored whole; `version` grows by one with each change that is pushed.

    `due_at` is when a worker must look at it again; `watched_until` when the last open panel will have gone silent.
    """

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, related_name="session")
    version = models.PositiveBigIntegerField(default=0)
    state = models.JSONField(default=nothing_known)
    due_at = models.DateTimeField(null=True, db_index=True)
    watched_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.agent} at version {self.version}"
