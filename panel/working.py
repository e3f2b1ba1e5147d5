"""A worker in this process: its thread, its doorbell, its end."""

import asyncio
import logging
import threading

from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connections
from structlog.contextvars import clear_contextvars

from agentapi.client import HttpAgentApi
from agentapi.logins import LoginGuard
from agentapi.worker import Worker
from panel.groups import WORKERS
from panel.layers import home
from panel.metrics import MeasuredApi
from panel.nearby import nearby
from panel.queue import DatabaseQueue

log = logging.getLogger(__name__)

LISTEN_AGAIN_SECONDS = 1.0
REJOIN_EVERY_SECONDS = 60.0


class WorkerThread:
    """Runs one worker in a thread of its own and rings it when the layer's doorbell rings."""

    def __init__(self) -> None:
        api = HttpAgentApi(reach=settings.DIALER_HOSTS)
        api.warm_up()
        self._queue = DatabaseQueue()
        self._worker = Worker(self._queue, LoginGuard(MeasuredApi(api)))
        self._thread = threading.Thread(target=self._run, name="worker")

    def start(self) -> None:
        """Begin to work."""
        home.submit(self._listen())
        self._thread.start()

    def stop(self) -> None:
        """Take nothing new. Returns at once; `join` waits for the work in hand."""
        self._worker.stop()

    def join(self) -> None:
        """Wait until all work in hand is recorded."""
        self._thread.join()

    def _run(self) -> None:
        log.info("Worker %s begins.", self._queue.name)
        nearby.settle(self._queue.name, self._worker)
        try:
            self._worker.run()
            self._queue.leave()
        finally:
            nearby.leave()
            connections.close_all()
            # The end is about no click, whichever was the last.
            clear_contextvars()
        log.info("Worker %s ended in good order.", self._queue.name)

    async def _listen(self) -> None:
        """Hear the doorbell for as long as the worker lives. Without it the worker's own sweep finds the work."""
        layer = get_channel_layer()
        while self._thread.is_alive() or not self._thread.ident:
            try:
                channel = await layer.new_channel()
                await layer.group_add(WORKERS, channel)
                async with asyncio.timeout(REJOIN_EVERY_SECONDS):
                    while True:
                        await layer.receive(channel)
                        self._worker.ring()
            except TimeoutError:
                await layer.group_discard(WORKERS, channel)
            except Exception:
                log.exception("The doorbell is out of order; listening again.")
                await asyncio.sleep(LISTEN_AGAIN_SECONDS)
