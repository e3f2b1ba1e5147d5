"""A person who takes calls."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower

from panel.models.boards import Board
from panel.models.dialers import Dialer
from panel.models.history import History

valid_agent_user = RegexValidator(r"\A[-_0-9A-Za-z]{1,20}\Z", "A VICIdial user holds 1 to 20 letters and digits.")


class Agent(models.Model):
    """An agent of a dialer, with the login that opens their panel."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="agent")
    dialer = models.ForeignKey(Dialer, on_delete=models.PROTECT, related_name="agents")
    agent_user = models.CharField("VICIdial user", max_length=20, validators=[valid_agent_user])
    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="agents")

    history = History()

    class Meta:
        ordering = ("dialer", "agent_user")
        constraints = (
            # VICIdial's own look-up takes 6666a and 6666A for one (FACTS 7.16).
            models.UniqueConstraint(
                "dialer",
                Lower("agent_user"),
                name="agent_user_once_per_dialer",
                violation_error_message=(
                    "Another agent of this dialer has this VICIdial user. Capital and small letters are the same there."
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user.get_full_name() or self.user.get_username()} ({self.agent_user})"
