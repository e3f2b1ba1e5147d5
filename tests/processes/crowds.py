"""A floor of many agents for a house, without the seconds that it takes to hash each password."""

import json
from typing import Any

from tests.processes.running import House, run

# Runs inside the house's own manage.py: sessions must be signed with its key.
MAKE = """
import json
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from panel.models import Agent, Board, Dialer, Team

def cookie(user):
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key

boards, dialer = list(Board.objects.order_by("name")), Dialer.objects.get()
known = set(Agent.objects.values_list("agent_user", flat=True))
names = {names}
new = [(str(1000 + i), names[i % len(names)]) for i in range({count}) if str(1000 + i) not in known]
User.objects.bulk_create([User(username="agent" + number, first_name=name, password="!") for number, name in new])
users = User.objects.in_bulk(["agent" + number for number, _ in new], field_name="username")
Agent.objects.bulk_create(
    [Agent(user=users["agent" + n], dialer=dialer, agent_user=n, board=boards[i % len(boards)])
     for i, (n, _) in enumerate(new)]
)
agents = Agent.objects.select_related("user").order_by("agent_user")[:{count}]
Team.objects.get().agents.set(agents)
cookies = {{agent.agent_user: cookie(agent.user) for agent in agents}}
cookies["sue"] = cookie(User.objects.get(username="sue"))
print(json.dumps(cookies))
"""

NAMES = (
    "Maria Lopez", "James Chen", "Aisha Khan", "Peter Novak", "Olga Petrova", "Kwame Mensah", "Lena Fischer",
    "Tomás Rivera", "Grace O'Brien", "Yuki Tanaka", "Daniel Smith", "Fatima Zahra", "Lucas Martin", "Priya Nair",
    "Erik Larsen", "Chloe Dubois", "Omar Haddad", "Anna Kowalska", "Marco Rossi", "Wei Zhang",
)  # fmt: skip


def crowd_of(house: House, count: int) -> dict[str, str]:
    """Make it `count` agents from 1000 on, all in Sue's team; VICIdial user, or "sue" -> session cookie."""
    done = run("shell", "-c", MAKE.format(count=count, names=NAMES), env=house.env)
    assert done.returncode == 0, done.stderr
    cookies: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return cookies
