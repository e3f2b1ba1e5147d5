"""`python -m tests.load.prepare AGENTS API_URL`: fills a migrated database with agents who are logged in already.

Prints their session cookies, one line of JSON. Hashing a thousand passwords would take minutes.
"""

import json
import os
import sys


def main(count: int, url: str) -> None:
    """Make the agents 1000 and up of the simulator's crowd, with a board of clips that it has."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(json.dumps(agents(count, url)))


def agents(count: int, url: str) -> list[str]:
    """The cookies."""
    from django.contrib.auth.models import User
    from django.db import transaction

    from panel.models import Agent, Board, Button, Clip, Dialer

    with transaction.atomic():
        dialer = Dialer.objects.create(name="main", url=url, user="apiuser", password="apipass")
        board = Board.objects.create(name="Load")
        for name, audio, seconds, while_playing in CLIPS:
            clip = Clip.objects.create(name=name, title=name, audio=audio, duration_seconds=seconds)
            Button.objects.create(board=board, name=name, clip=clip, label=name, while_playing=while_playing)
        users = User.objects.bulk_create(User(username=f"agent{n}", password="!") for n in range(count))
        Agent.objects.bulk_create(
            Agent(user=user, dialer=dialer, board=board, agent_user=str(1000 + n)) for n, user in enumerate(users)
        )
        return [cookie_of(user) for user in users]


def cookie_of(user) -> str:
    """A session as the login form would have made it."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from config.sessions import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


ENDLESS = ("endless", "endless", 3600.0, "replace")
"""What no shift presses: only the bench's simulator has it."""
CLIPS = (
    ("short", "greeting", 2.0, "refuse"),
    ("middle", "ss-noservice", 4.0, "replace"),
    ("long", "cd-mini-miranda", 11.0, "replace"),
    ENDLESS,
)

if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
