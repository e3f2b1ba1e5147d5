"""The way back after an upgrade, as docs/operations.md has it, on a real PostgreSQL."""

import re
import shutil
import sqlite3
import stat
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.engines.servers import PostgreSQL
from tests.processes.running import ROOT, environment, run

BEFORE = "0015_sessions_begin_anew"
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
BACK_UP, RESTORE = re.findall(r"```sh\n([^`]*(?:pg_dump|pg_restore)[^`]*)```", OPERATIONS)
BACKUP = ROOT / "deploy" / "backup.sh"


@pytest.fixture(scope="module")
def postgres():
    with closing(PostgreSQL()) as postgres:
        postgres.start()
        done(postgres.shell("createuser clipdeck"))
        yield postgres


@pytest.fixture
def upgraded(postgres):
    """A database with something in it, of which a copy was made before an upgrade; its environment."""
    done(postgres.shell("dropdb --if-exists clipdeck; createdb --owner clipdeck clipdeck"))
    env = environment(DATABASE_URL=postgres.url("clipdeck").replace("postgres@", "clipdeck@"))
    done(run("migrate", "panel", BEFORE, "--verbosity", "0", env=env))
    done(run("migrate", "auth", "--verbosity", "0", env=env))
    postgres.execute("INSERT INTO panel_board (name, play_without_customer, end_others, alert_not_begun, alert_away)"
                     " VALUES ('before', false, false, false, false)", "clipdeck")  # fmt: skip
    done(postgres.shell(f"rm -f clipdeck.dump\n{BACK_UP}"))
    done(run("migrate", "--verbosity", "0", env=env))
    postgres.execute("UPDATE panel_board SET name = 'after'", "clipdeck")
    return env


def done(process: subprocess.CompletedProcess[str]) -> str:
    assert process.returncode == 0, process.stderr
    return process.stdout


def migrations(postgres) -> set[str]:
    rows = postgres.execute("SELECT name FROM django_migrations WHERE app = 'panel'", "clipdeck")
    return {name for (name,) in rows}


def test_the_copy_of_before_an_upgrade_can_be_put_back(postgres, upgraded):
    assert max(migrations(postgres)) > BEFORE
    done(postgres.shell(RESTORE))
    assert max(migrations(postgres)) == BEFORE
    assert postgres.execute("SELECT name FROM panel_board", "clipdeck") == [("before",)]
    owners = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
    assert postgres.execute(owners, "clipdeck") == [("clipdeck",)]
    # And forward again, as the database's own user.
    done(run("migrate", "--verbosity", "0", env=upgraded))
    assert max(migrations(postgres)) > BEFORE


def test_the_copy_is_for_its_owner_alone(postgres, upgraded):
    assert stat.S_IMODE((postgres.folder / "clipdeck.dump").stat().st_mode) == 0o600


def test_the_script_copies_a_database_of_postgresql(postgres, upgraded):
    shutil.copy(BACKUP, postgres.folder / "backup.sh")
    (postgres.folder / "backup.sh").chmod(0o755)
    name = done(postgres.shell("mkdir -p copies; ./backup.sh clipdeck copies")).strip()
    copy = postgres.folder / name
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert "panel_click" in done(postgres.shell(f"pg_restore --list {name}"))
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]


def test_the_script_leaves_no_half_copy(postgres):
    assert postgres.shell("mkdir -p none; sh ./backup.sh nothing-of-this-name none").returncode != 0
    assert list((postgres.folder / "none").iterdir()) == []


def test_the_script_copies_a_file_of_sqlite(tmp_path):
    database = tmp_path / "clipdeck.sqlite3"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE kept (name TEXT)")
        connection.execute("INSERT INTO kept VALUES ('before')")
    ended = subprocess.run([BACKUP, database, tmp_path], capture_output=True, text=True, check=False)
    copy = Path(done(ended).strip())
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT name FROM kept").fetchall() == [("before",)]
