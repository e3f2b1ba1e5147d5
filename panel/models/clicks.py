"""A press of a button: the row is the queue, the proof, and the answer to a repeated id."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from panel.models.agents import Agent


class Click(models.Model):
    """A press that was taken in. Its id is the client's own, so the same id is the same click, for ever."""

    class Status(models.TextChoices):
        QUEUED = "queued", "waiting"
        SENT = "sent", "sent"
        DONE = "done", "done"
        REFUSED = "refused", "refused by VICIdial"
        FAILED = "failed", "not carried out"
        UNKNOWN = "unknown", "nobody can say"
        EXPIRED = "expired", "too old, not sent"

    class PlayEnd(models.TextChoices):
        FULL = "full", "played to its end"
        STOPPED = "stopped", "stopped"
        CUT = "cut", "cut"
        FAILED = "failed", "was not playing"
        UNKNOWN = "unknown", "nobody can say"

    OPEN = (Status.QUEUED, Status.SENT)

    id = models.UUIDField(primary_key=True)
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="clicks")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="clicks")
    # Who pressed, as they were called then, where it was not the agent.
    actor_name = models.CharField(max_length=300, blank=True)
    action = models.CharField(max_length=20)
    press = models.JSONField()
    urgent = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    reason = models.CharField(max_length=40, blank=True)
    text = models.TextField(blank=True)
    requested_at = models.DateTimeField()
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    worker = models.CharField(max_length=80, blank=True)

    # How the play that this press began came to its end; empty while it plays, and for every other action.
    play_end = models.CharField(max_length=10, choices=PlayEnd.choices, blank=True)
    play_seconds = models.FloatField(null=True)
    play_evidence = models.CharField(max_length=10, blank=True)
    play_text = models.TextField(blank=True)
    play_ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-requested_at",)
        indexes = (
            models.Index(fields=("agent", "-requested_at"), name="click_of_agent"),
            models.Index(fields=("-requested_at", "-id"), name="click_newest"),
            models.Index(
                fields=("-urgent", "not_before"), condition=Q(status__in=("queued", "sent")), name="click_open"
            ),
        )
        constraints = (
            # One command per agent in flight is a law of the database, whichever process works on it.
            models.UniqueConstraint(fields=("agent",), condition=Q(status="sent"), name="one_click_in_flight"),
        )

    def __str__(self) -> str:
        return f"{self.action} {self.status}"
