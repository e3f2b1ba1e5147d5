"""`python -m tests.engines COMMAND`: a command beside a PostgreSQL and a Redis of its own, named in its environment."""

import os
import subprocess
import sys
from contextlib import closing

from tests.engines.servers import PostgreSQL, Redis


def main(command: list[str]) -> int:
    """The command's exit status."""
    with closing(PostgreSQL()) as postgres, closing(Redis()) as redis:
        postgres.start()
        redis.start()
        engines = {"DATABASE_URL": postgres.create("clipdeck"), "REDIS_URL": redis.url}
        return subprocess.run(command, env={**os.environ, **engines}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
