"""What is known of an agent's VICIdial session now."""

from typing import Any

from django.db import models

from panel.models.agents import Agent


def nothing_known() -> dict[str, Any]:
    """The stored form of a machine state of which nothing is known."""
    return {}


class Session(models.Model):
    """The machine's state of one agent, stored whole; `version` grows by one with each change that is pushed.

    `moves_at` is when time alone changes it next, `ask_at` when VICIdial is to be asked about it, `ask_urgent` whether
    that question goes before others; `watched_until` is when the last open panel will have gone silent.
    """

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, related_name="session")
    version = models.PositiveBigIntegerField(default=0)
    state = models.JSONField(default=nothing_known)
    moves_at = models.DateTimeField(null=True, db_index=True)
    ask_at = models.DateTimeField(null=True, db_index=True)
    ask_urgent = models.BooleanField(default=False)
    watched_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.agent} at version {self.version}"
