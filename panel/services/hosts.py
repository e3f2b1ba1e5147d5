"""Which servers dialers' addresses may name: narrowed by a click, widened only by whoever runs the server."""

import logging
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from panel.models import Dialer, DialerHost
from panel.models.dialers import server_of, valid_api_url

log = logging.getLogger(__name__)


def in_use() -> list[str]:
    """The hosts of the dialers that there are, as far as they may be named now."""
    addresses = Dialer.objects.values_list("url", "non_agent_url")
    return sorted({server_of(url)[1] for both in addresses for url in both if url and _may_be_named(url)})


def close(by: User) -> list[str]:
    """Allow what is in use and nothing else, from now on: the hosts. Without any dialer nothing is changed."""
    with transaction.atomic():
        hosts = in_use()
        if hosts:
            allow(hosts)
    log.info("Dialers' addresses may name no hosts but %s, by %s.", ", ".join(hosts) or "any", by)
    return hosts


def allow(hosts: Iterable[str]) -> None:
    """Allow these and no others; none: whatever DIALER_HOSTS allows."""
    with transaction.atomic():
        DialerHost.objects.all().delete()
        DialerHost.objects.bulk_create(DialerHost(host=host) for host in sorted(set(hosts)))


def _may_be_named(url: str) -> bool:
    try:
        valid_api_url(url)
    except ValidationError:
        return False
    return True
