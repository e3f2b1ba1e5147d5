"""What the database tells Prometheus: the same from every process that is asked."""

from collections.abc import Iterator

from django.db import Error
from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from panel.models import Click, Dialer, Worker
from panel.selectors.states import WAITS_TOO_LONG, WORKER_GONE_AFTER


class Vitals(Collector):
    """Looked up when it is asked for."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges; `clipdeck_database_up` alone where the database does not answer."""
        try:
            gauges = [*_queue(), *_workers(), _dialers()]
        except Error:
            yield GaugeMetricFamily("clipdeck_database_up", "Whether the database answers.", value=0)
            return
        yield GaugeMetricFamily("clipdeck_database_up", "Whether the database answers.", value=1)
        yield from gauges


def _queue() -> Iterator[GaugeMetricFamily]:
    now = timezone.now()
    rows = Click.objects.filter(status__in=Click.OPEN).values("status").order_by()
    found = {row["status"]: row for row in rows.annotate(count=Count("pk"), oldest=Min("requested_at"))}
    clicks = GaugeMetricFamily("clipdeck_clicks_open", "Clicks that have not ended, by status.", labels=("status",))
    for status in Click.OPEN:
        clicks.add_metric((status.value,), found.get(status, {"count": 0})["count"])
    yield clicks
    oldest = found.get(Click.Status.QUEUED, {"oldest": now})["oldest"]
    age = (now - oldest).total_seconds()
    yield GaugeMetricFamily("clipdeck_queue_age_seconds", "How long the oldest queued click has waited.", value=age)


def _workers() -> Iterator[GaugeMetricFamily]:
    seen = Worker.objects.filter(seen_at__gt=timezone.now() - WORKER_GONE_AFTER)
    rows = list(seen.values_list("full_seconds", "skew_seconds"))
    yield GaugeMetricFamily("clipdeck_workers_alive", "Workers that were seen in the last seconds.", value=len(rows))
    full = sum(seconds >= WAITS_TOO_LONG.total_seconds() for seconds, _ in rows)
    yield GaugeMetricFamily("clipdeck_workers_full", "Workers that have had no free thread for seconds.", value=full)
    skew = max((abs(each) for _, each in rows if each is not None), default=0.0)
    words = "How far the clock of a worker is from the database's, at most."
    yield GaugeMetricFamily("clipdeck_clock_skew_seconds", words, value=skew)


def _dialers() -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(
        "clipdeck_dialer_state", "1 for the state that each dialer is in.", labels=("dialer", "state")
    )
    for name, link in Dialer.objects.values_list("name", "link"):
        for state in Dialer.Link:
            gauge.add_metric((name, state.value), float(state == link))
    return gauge


registry = CollectorRegistry()
registry.register(Vitals())
