"""An extension that asks to be let in, and the codes that were guessed wrong."""

from django.conf import settings
from django.db import models

from panel.models.agents import Agent


class Pairing(models.Model):
    """A request of an extension. Its `code` is what a person compares and confirms; only the extension knows the key
    with which it asks how that went, and of which the hash is kept here. `agent` is who allowed it; one that was
    decided on without an agent was refused. `made_under` stands for the login that allowed it, as in
    the token; `network` is what its address is counted under.
    """

    code = models.CharField(max_length=8, unique=True)
    key_hash = models.CharField(max_length=64, unique=True)
    origin = models.CharField(max_length=200)
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=64, blank=True, default="")
    network = models.CharField(max_length=64, blank=True, default="", db_index=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, null=True, related_name="pairings")
    made_under = models.CharField(max_length=64, db_default="", editable=False)
    decided_at = models.DateTimeField(null=True)
    collected_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.name


class WrongCode(models.Model):
    """A code that nobody was shown: kept for a while, so that guessing ends soon in whichever process it is tried.

    `by_link` tells one that came with a link, which a page can make anybody follow, from one that was typed.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="wrong_codes")
    network = models.CharField(max_length=64, blank=True, default="", db_index=True)
    by_link = models.BooleanField(default=False)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.user} at {self.at:%Y-%m-%d %H:%M}"
