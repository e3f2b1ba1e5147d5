"""Workers come, show that they live, and go; what the dead left is ended."""

from datetime import datetime, timedelta

from panel.guard import guarded
from panel.models import Worker
from panel.selectors.states import WORKER_GONE_AFTER, seen_in_second
from panel.services import clicks


def sign_in(name: str, now: datetime, full_seconds: float = 0.0, skew_seconds: float | None = None) -> None:
    """A worker begins, or shows that it still lives, for how long it has had no thread to spare, and by how much its
    clock is ahead of the database's.
    """
    seen = {"seen_at": now, "full_seconds": full_seconds, "skew_seconds": skew_seconds}
    if not Worker.objects.filter(name=name).update(**seen):
        Worker.objects.get_or_create(name=name, defaults={"started_at": now, **seen})
    seen_in_second.cache_clear()


def sign_out(name: str) -> None:
    """A worker ended in good order: it holds nothing."""
    Worker.objects.filter(name=name).delete()
    seen_in_second.cache_clear()


def bury_the_dead(now: datetime) -> int:
    """Forget workers that were not seen lately and end the clicks that they had sent. Returns how many clicks."""
    Worker.objects.filter(seen_at__lt=now - max(WORKER_GONE_AFTER, timedelta(seconds=1)) * 2).delete()
    alive = list(Worker.objects.filter(seen_at__gt=now - WORKER_GONE_AFTER).values_list("name", flat=True))
    lost = list(clicks.lost_clicks(alive, now).values_list("pk", flat=True))
    for click_id in lost:
        with guarded("Ending what a dead worker left", click=str(click_id)):
            clicks.give_up(click_id, now)
    return len(lost)
