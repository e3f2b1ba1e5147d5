"""`manage.py serve`: the web, and a worker with it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from panel.readiness import require_address, require_database, require_passwords, require_shared_layer


class Command(BaseCommand):
    help = "Serve pages and sockets, with a worker inside. Ends cleanly on SIGTERM and Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1:8000", metavar="HOST:PORT", help="default: %(default)s")
        parser.add_argument("--no-worker", action="store_true", help="leave the work to separate workers")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["no_worker"]:
            require_shared_layer("serve --no-worker")
        require_database()
        require_passwords()
        host, port = require_address(options["bind"])
        # Daphne installs Twisted's reactor when it is imported: no other command wants that.
        from panel.server import run

        run(host, port, with_worker=not options["no_worker"])
