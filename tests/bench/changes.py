"""`python -m tests.bench.changes RATE SECONDS`: changes of agents' sessions at an even pace, past the presses.

What an agent's session says of its last change is when that was, so that whoever sees it knows how old it is.
"""

import os
import sys
import time


def main(rate: float, seconds: float) -> None:
    """Change one agent after the other; prints how many there were."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from panel.models import Agent

    agents = list(Agent.objects.values_list("pk", flat=True))
    began, done = time.monotonic(), 0
    while (now := time.monotonic() - began) < seconds:
        if done < now * rate:
            change(agents[done % len(agents)])
            done += 1
        else:
            time.sleep(0.001)
    print(done)


def change(agent_id: int) -> None:
    """This agent has just come to a call."""
    from django.utils import timezone

    from agentapi.machine import Session, State
    from panel.services import sessions

    now = timezone.now()
    sessions.change(agent_id, lambda *_: State(Session("INCALL", "8600051", now, now, now)), now)


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]))
