"""Whether the service is alive, and whether it is ready."""

import asyncio
import logging
from datetime import datetime

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from panel.layers import home
from panel.selectors.states import WAITS_TOO_LONG, has_free_worker, oldest_waiting, worker_alive

log = logging.getLogger(__name__)

LAYER_ANSWERS_WITHIN_SECONDS = 2.0


@never_cache
def healthz(_: HttpRequest) -> HttpResponse:
    """Alive: the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
async def readyz(_: HttpRequest) -> JsonResponse:
    """200 when database, layer and at least one worker answer, and work gets done; else 503, and what is wrong."""
    home.adopt(asyncio.get_running_loop())
    checks = {**await sync_to_async(_database_and_worker)(), "layer": await _layer()}
    ready = all(state == "ok" for state in checks.values())
    response = JsonResponse({"ready": ready, **checks}, status=200 if ready else 503)
    # "Not ready" is an answer, not an error; Django would log each probe of a starting server as one.
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 - Django has no public way
    return response


def _database_and_worker() -> dict[str, str]:
    now = timezone.now()
    try:
        worker, waiting = _worker(now), oldest_waiting(now)
    except Error:
        log.exception("The database does not answer.")
        unknown = "Not known without the database."
        return {"database": "The database does not answer.", "worker": unknown, "queue": unknown}
    late = f"A press has waited for {waiting.total_seconds():.0f} s. Look at the workers' log."
    return {"database": "ok", "worker": worker, "queue": "ok" if waiting <= WAITS_TOO_LONG else late}


def _worker(now: datetime) -> str:
    if not worker_alive(now):
        return "No worker is running. Start one: manage.py worker"
    if not has_free_worker(now):
        return "No worker has a free thread. Does VICIdial answer slowly? Start another one: manage.py worker"
    return "ok"


async def _layer() -> str:
    try:
        async with asyncio.timeout(LAYER_ANSWERS_WITHIN_SECONDS):
            answers = await get_channel_layer().answers()
    except TimeoutError:
        answers = False
    return "ok" if answers else "The channel layer does not answer. Is Redis running, and is REDIS_URL right?"
