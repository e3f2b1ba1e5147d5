"""Passwords that were tried, and where logging in is closed because too many were wrong."""

from datetime import datetime, timedelta

from django.db import models

TRIES = 5
TRIES_OF_A_NETWORK = 100
"""A whole call center may stand behind one address: wrong tries of those who got in afterwards do not count."""
CLOSED_FOR = timedelta(minutes=15)


class LoginTries(models.Model):
    """How often a password was tried for one name from one network, and did not prove right; with an empty name, for
    all names from there. The count begins anew at `until`, which is put off once, when the last try is made.
    """

    name = models.CharField("user name", max_length=150, blank=True)
    network = models.CharField("address", max_length=64)
    tries = models.PositiveIntegerField(default=0)
    until = models.DateTimeField("forgotten at", db_index=True)

    class Meta:
        ordering = ("-until",)
        verbose_name = "login that was tried in vain"
        verbose_name_plural = "logins tried in vain"
        constraints = (models.UniqueConstraint(fields=("network", "name"), name="one_count_of_tries"),)

    def __str__(self) -> str:
        return f"{self.name or 'everybody'} at {self.network}"

    @property
    def most(self) -> int:
        """So many tries there are."""
        return TRIES if self.name else TRIES_OF_A_NETWORK

    def is_closed(self, now: datetime) -> bool:
        """Whether no password is looked at any more."""
        return self.tries >= self.most and self.until > now

    def count(self, now: datetime) -> None:
        """One try more."""
        self.tries = self.tries + 1 if self.until > now else 1
        if self.tries in (1, self.most):
            self.until = now + CLOSED_FOR
