"""What supervisors are to look at: raised once, cleared when it is over, kept for ever."""

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from panel.models.agents import Agent
from panel.models.dialers import Dialer


class Alert(models.Model):
    """Something that goes wrong: with an agent, with a dialer, or, without either, with all workers."""

    class Kind(models.TextChoices):
        CAPTURE_LONG = "capture_long", "recording for too long"
        CLIP_PAUSED = "clip_paused", "clip paused for too long"
        NOT_BEGUN = "not_begun", "recording did not begin"
        BEGINS_BY_ITSELF = "begins_by_itself", "recording will begin by itself"
        DIALER_AWAY = "dialer_away", "VICIdial away"
        LOGIN_REFUSED = "login_refused", "VICIdial refuses the login"
        WORKER_AWAY = "worker_away", "no worker"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    agent = models.ForeignKey(Agent, null=True, on_delete=models.CASCADE, related_name="alerts")
    dialer = models.ForeignKey(Dialer, null=True, on_delete=models.CASCADE, related_name="alerts")
    text = models.TextField()
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="alerts"
    )
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-raised_at", "-pk")
        constraints = (
            # Several workers see the same at the same time; only one of them raises it.
            models.UniqueConstraint(
                "kind",
                Coalesce("agent", Value(0)),
                Coalesce("dialer", Value(0)),
                condition=Q(cleared_at=None),
                name="open_alert_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.agent or self.dialer or 'all'}"
