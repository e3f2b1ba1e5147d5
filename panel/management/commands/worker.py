"""`manage.py worker`: a worker on its own, any number of them on any machine."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from panel.readiness import require_database, require_passwords, require_shared_layer
from panel.working import WorkerThread


class Command(BaseCommand):
    help = "Send the agents' clicks to VICIdial and watch over their sessions. Ends cleanly on SIGTERM and Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        require_shared_layer("A worker on its own")
        require_database()
        require_passwords()
        worker = WorkerThread()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        worker.start()
        worker.join()
