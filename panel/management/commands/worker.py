"""`manage.py worker`: a worker on its own, any number of them on any machine."""

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from prometheus_client import start_http_server

from panel.metrics import registry
from panel.readiness import require_address, require_database, require_passwords, require_shared_layer
from panel.working import WorkerThread


class Command(BaseCommand):
    help = "Send the agents' clicks to VICIdial and watch over their sessions. Ends cleanly on SIGTERM and Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--metrics",
            metavar="HOST:PORT",
            help="serve Prometheus' metrics of this worker there, to everybody who reaches it (default: nowhere)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        require_shared_layer("A worker on its own")
        require_database()
        require_passwords()
        listen = require_address(options["metrics"], option="--metrics") if options["metrics"] else None
        worker = WorkerThread()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        worker.start()
        if listen:
            host, port = listen
            start_http_server(port, host, registry)
        worker.join()
