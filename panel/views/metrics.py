"""Numbers for Prometheus."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from agentapi.addresses import address_of
from panel import metrics
from panel.selectors import vitals

PROXIED = ("X-Forwarded-", "Forwarded", "X-Real-Ip", "Via")
"""What proxies add to a request."""


@never_cache
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Everything that is counted, for whoever asks on this very machine or brings METRICS_TOKEN; 403 for the others."""
    if not (_brings_token(request) or _is_at_home(request)):
        raise PermissionDenied("Metrics are for this machine, and for those who bring METRICS_TOKEN as a bearer token.")
    page = generate_latest(metrics.registry) + generate_latest(vitals.registry)
    return HttpResponse(page, content_type=CONTENT_TYPE_LATEST)


def _brings_token(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    return bool(token) and constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}")


def _is_at_home(request: HttpRequest) -> bool:
    """Whether this came from loopback, and not through a proxy that runs there."""
    ip = address_of(request.META.get("REMOTE_ADDR", ""))
    return ip is not None and ip.is_loopback and not any(name.startswith(PROXIED) for name in request.headers)
