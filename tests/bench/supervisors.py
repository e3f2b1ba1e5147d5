"""`python -m tests.bench.supervisors COUNT`: supervisors of all agents of a database; prints their session cookies."""

import json
import os
import sys


def main(count: int) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(json.dumps(supervisors(count)))


def supervisors(count: int) -> list[str]:
    """The cookies."""
    from django.contrib.auth.models import Group, User

    from panel.models import Agent, Team
    from panel.selectors.people import SUPERVISOR
    from tests.load.prepare import cookie_of

    role, _ = Group.objects.get_or_create(name=SUPERVISOR)
    team = Team.objects.create(name="All")
    team.agents.set(Agent.objects.all())
    users = User.objects.bulk_create(User(username=f"supervisor{n}", password="!") for n in range(count))
    role.user_set.set(users)
    team.supervisors.set(users)
    return [cookie_of(user) for user in users]


if __name__ == "__main__":
    main(int(sys.argv[1]))
