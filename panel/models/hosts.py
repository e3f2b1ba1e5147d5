"""The servers that dialers' addresses may name, where somebody narrowed what DIALER_HOSTS allows."""

from django.db import models

from agentapi.reach import Reach, reach_of


class DialerHost(models.Model):
    """A host name, `.suffix`, address or network, as in DIALER_HOSTS. Where there is any, no others may be named.

    Nothing is looked up: a name must stand here itself, also where an address stands here to which it leads. The admin
    writes those of the dialers that there are, which takes away and never adds; only `manage.py dialer_hosts` adds.
    """

    host = models.CharField(max_length=255, unique=True)

    class Meta:
        ordering = ("host",)

    def __str__(self) -> str:
        return self.host


def narrowed() -> Reach:
    """What the rows allow; everything where there are none. DIALER_HOSTS must allow it as well."""
    return reach_of(DialerHost.objects.values_list("host", flat=True))
