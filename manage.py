#!/usr/bin/env python
"""Clipdeck's commands; `python manage.py help` lists them."""

import os
import sys

from config.env import EnvError

_UNGUARDED = {"demo", "simulator"}
"""Commands that hold nothing worth guarding, so they start without keys of one's own."""


def main() -> None:
    if _UNGUARDED.intersection(sys.argv[1:2]):
        os.environ.setdefault("DEBUG", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Imported here so that a Python without Django is told how to get it instead of being shown a traceback.
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("clipdeck: Django is not installed for this Python; run `make demo`, or use .venv/bin/python")
    try:
        execute_from_command_line(sys.argv)
    except EnvError as error:
        # A wrong environment is the operator's to mend: they need the variable's name, not where the code found it.
        sys.stderr.write(f"clipdeck: {error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
