"""A floor of many agents for a house, without the seconds that it takes to hash each password."""

import json
from typing import Any

from tests.processes.running import House, run

# Runs inside the house's own manage.py: sessions must be signed with its key.
MAKE = """
import json
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from config.sessions import SessionStore
from panel.models import Agent, Board, Dialer, Team

def cookie(user):
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key

boards, dialer = list(Board.objects.order_by("name")), Dialer.objects.get(name="main")
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


# A floor at work, as it is in the middle of a morning: the same agents always do the same.
WORK = """
import random
from datetime import timedelta
from uuid import uuid4
from django.utils import timezone
from agentapi.machine import (
    Capture, CaptureStatus, Fault, Playback, PlaybackStatus, Session as Call, State,
)
from panel.models import Agent, Button, Click, Dialer, Session
from panel.selectors.states import store

dice, now = random.Random(7), timezone.now()
# The simulated VICIdial knows nothing of this and must not be asked about it.
Dialer.objects.update(non_agent_url="")

def ago(seconds):
    return now - timedelta(seconds=seconds)

def capture():
    seconds = dice.randint(5, 900)
    return Capture(CaptureStatus.ACTIVE, str(dice.randint(10000, 99999)), began_at=ago(seconds), since=ago(seconds),
                   checked_at=ago(3), ours=True)

def playback(status, board):
    button = dice.choice(list(Button.objects.filter(board=board).select_related("clip")))
    length = button.clip.duration_seconds + 60
    at = ago(dice.uniform(1, 8)) if status is not PlaybackStatus.PAUSED else ago(90)
    return Playback(status, button.name, button.clip.name, button.clip.audio, at, dice.uniform(0, 9), length, "seen",
                    until=None if status is PlaybackStatus.PAUSED else now + timedelta(hours=1))

for place, agent in enumerate(Agent.objects.select_related("board").order_by("agent_user")):
    word = dice.choices(["INCALL", "READY", "PAUSED", "QUEUE", "LOGGED_OUT"], [60, 15, 14, 5, 6])[0]
    call = Call(word, "" if word == "LOGGED_OUT" else "86%05d" % place, ago(2), ago(2), ago(dice.randint(4, 1500)))
    state, is_open = State(call, Capture(checked_at=ago(9))), word != "LOGGED_OUT"
    if word == "INCALL":
        state = State(call, capture() if dice.random() < 0.6 else state.capture)
        if dice.random() < 0.2:
            state = State(call, state.capture, playback(PlaybackStatus.PLAYING, agent.board))
    match place:
        case 3:
            state = State(Call("INCALL", "8600003", ago(2), ago(2), ago(310)),
                          Capture(fault=Fault.NOT_BEGUN, checked_at=ago(4)))
        case 7:
            state = State(call, Capture(CaptureStatus.UNKNOWN, since=ago(40), checked_at=ago(44), ours=True))
        case 11:
            state = State(Call("INCALL", "8600011", ago(2), ago(2), ago(4300)),
                          Capture(CaptureStatus.ACTIVE, "4711", began_at=ago(3900), since=ago(3900), checked_at=ago(4)))
        case 14:
            state = State(Call("INCALL", "8600014", ago(2), ago(2), ago(190)), capture(),
                          playback(PlaybackStatus.PAUSED, agent.board))
        case 18:
            state, is_open = State(Call("INCALL", "8600018", ago(2), ago(2), ago(64)), state.capture), False
    Session.objects.update_or_create(agent=agent, defaults=dict(
        state=store(state), version=1, moves_at=None, ask_at=None,
        watched_until=now + timedelta(hours=1) if is_open else None))
    for number in range(dice.randint(0, 5)):
        at, action = ago(30 + 70 * number), dice.choice(["play", "stop", "capture_begin"])
        bad = action == "stop" and dice.random() < 0.4
        button = Button.objects.filter(board=agent.board).order_by("?").first()
        Click.objects.create(
            id=uuid4(), agent=agent, actor_id=agent.user_id, action=action,
            press=dict(button=button.name, clip=button.clip.name) if action == "play" else {}, requested_at=at,
            status="refused" if bad else "done", reason="nothing_playing" if bad else "",
            text="VICIdial says that no clip is playing." if bad else "", not_before=at, expires_at=at, sent_at=at,
            ended_at=at + timedelta(seconds=0.2))
"""


def at_work(house: House) -> None:
    """Let the agents do what a floor does: calls, recordings, clips, and some trouble."""
    done = run("shell", "-c", WORK, env=house.env)
    assert done.returncode == 0, done.stderr
