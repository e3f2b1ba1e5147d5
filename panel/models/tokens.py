"""What an extension carries instead of a login, and what it buys with that."""

from django.conf import settings
from django.db import models

from panel.models.agents import Agent


class Token(models.Model):
    """A paired extension of one agent. Only the hash of the token is kept; it is good for its own origin alone.

    `made_under` stands for the login and the password at the pairing: it is not good where they are others now.
    """

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="tokens")
    token_hash = models.CharField(max_length=64, unique=True)
    origin = models.CharField(max_length=200)
    name = models.CharField(max_length=80)
    made_under = models.CharField(max_length=64, db_default="", editable=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.name} of {self.agent}"


class Ticket(models.Model):
    """What opens one socket, once, soon."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="tickets")
    ticket_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"a ticket of {self.token}"
