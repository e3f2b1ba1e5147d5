"""Whether the service is alive, and whether it is ready."""

import asyncio
import logging

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from panel.layers import home
from panel.selectors.states import worker_alive

log = logging.getLogger(__name__)

LAYER_ANSWERS_WITHIN_SECONDS = 2.0


@never_cache
def healthz(_: HttpRequest) -> HttpResponse:
    """Alive: the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
async def readyz(_: HttpRequest) -> JsonResponse:
    """200 when database, layer and at least one worker answer; else 503, and what does not."""
    home.adopt(asyncio.get_running_loop())
    checks = {**await sync_to_async(_database_and_worker)(), "layer": await _layer()}
    ready = all(state == "ok" for state in checks.values())
    response = JsonResponse({"ready": ready, **checks}, status=200 if ready else 503)
    # "Not ready" is an answer, not an error; Django would log each probe of a starting server as one.
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 - Django has no public way
    return response


def _database_and_worker() -> dict[str, str]:
    try:
        alive = worker_alive(timezone.now())
    except Error:
        log.exception("The database does not answer.")
        return {"database": "The database does not answer.", "worker": "Not known without the database."}
    return {"database": "ok", "worker": "ok" if alive else "No worker is running. Start one: manage.py worker"}


async def _layer() -> str:
    try:
        async with asyncio.timeout(LAYER_ANSWERS_WITHIN_SECONDS):
            answers = await get_channel_layer().answers()
    except TimeoutError:
        answers = False
    return "ok" if answers else "The channel layer does not answer. Is Redis running, and is REDIS_URL right?"
