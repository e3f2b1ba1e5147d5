"""The known cast, and a floor for them: Alice and Bob take calls, Sue supervises, Ada administers, Otto audits,
Eve may nothing."""

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.db import connection
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # xdist comes without types for it

from panel.models import Agent, Board, Button, Clip, Dialer
from panel.selectors.states import seen_in_second

PASSWORD = "clipdeck-demo"

# The same examples each time, so that a failure is never somebody else's luck; and a profile to look for new ones with.
_UNHURRIED = settings(deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
settings.register_profile("quick", _UNHURRIED, derandomize=True, database=None, max_examples=10, stateful_step_count=30)
settings.register_profile("thorough", _UNHURRIED, max_examples=2000, stateful_step_count=60)
settings.load_profile("quick")


# Those that take longest first, so that none of them is what all wait for in the end.
IN_REAL_TIME = ("faults", "browser", "processes", "deploy")


def pytest_collection_modifyitems(items):
    """Tests whose time is the real one get a second try: what else the machine does can make a first one late.

    The summary counts such a try as a rerun. Tests that move the clock themselves get none.
    """
    for item in items:
        if _folder(item.nodeid) in IN_REAL_TIME:
            item.add_marker(pytest.mark.flaky(reruns=1))
    items.sort(key=lambda item: _rank(_folder(item.nodeid)))


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # see its import
    """Where several processes share the tests, a file stays with one of them; and so do all faults, because the
    installation on which they come about takes long to build.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "faults" if _folder(nodeid) == "faults" else str(nodeid.split("::", 1)[0])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return ByFile(config, log)


def _folder(nodeid: str) -> str:
    return nodeid.split("/")[1]


def _rank(folder: str) -> int:
    return IN_REAL_TIME.index(folder) if folder in IN_REAL_TIME else len(IN_REAL_TIME)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test's database; PostgreSQL drops it only when nobody is connected, and a thread may still be."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")


@pytest.fixture(autouse=True)
def _nothing_cached():
    cache.clear()
    seen_in_second.cache_clear()


@pytest.fixture
def dialer(db) -> Dialer:
    return Dialer.objects.create(
        name="main",
        url="http://127.0.0.1:9/agc/api.php",
        user="apiuser",
        password="apipass",
        timezone="America/New_York",
    )


@pytest.fixture
def board(db) -> Board:
    """Four buttons: one that refuses while another plays, two that replace, one whose clip does not exist."""
    board = Board.objects.create(name="Sales")
    for place, (name, audio, seconds, while_playing) in enumerate(
        (
            ("recorded-line", "cd-recorded-line", 4.0, "refuse"),
            ("mini-miranda", "cd-mini-miranda", 11.0, "replace"),
            ("greeting", "greeting", 2.0, "replace"),
            ("missing", "cd-no-such-clip", 3.0, "refuse"),
        )
    ):
        clip = Clip.objects.create(
            name=name, title=name.title(), audio=audio, duration_seconds=seconds, transcript=f"Words of {name}."
        )
        Button.objects.create(
            board=board,
            name=name,
            clip=clip,
            label=name.title(),
            hotkey=str(place + 1),
            while_playing=while_playing,
            position=place,
        )
    return board


def person(username: str, *roles: str, **fields) -> User:
    user = User.objects.create_user(username, password=PASSWORD, first_name=username.title(), **fields)
    user.groups.add(*(Group.objects.get_or_create(name=role)[0] for role in roles))
    return user


@pytest.fixture
def alice(dialer, board) -> Agent:
    return Agent.objects.create(user=person("alice"), dialer=dialer, agent_user="1000", board=board)


@pytest.fixture
def bob(dialer, board) -> Agent:
    other = Board.objects.create(name="Collections")
    clip = Clip.objects.create(name="bobs", title="Bob's own", audio="ss-noservice", duration_seconds=4.0)
    Button.objects.create(board=other, name="bobs-own", clip=clip, label="Bob's own")
    return Agent.objects.create(user=person("bob"), dialer=dialer, agent_user="1001", board=other)


@pytest.fixture
def sue(db) -> User:
    return person("sue", "supervisor")


@pytest.fixture
def ada(db) -> User:
    return person("ada", "admin", is_staff=True, is_superuser=True)


@pytest.fixture
def otto(db) -> User:
    return person("otto", "auditor")


@pytest.fixture
def eve(db) -> User:
    return person("eve")
