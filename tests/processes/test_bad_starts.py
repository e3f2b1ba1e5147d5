"""What cannot work says so in one line, at once, with an exit code that is not 0."""

import socket

import pytest

from tests.processes.running import environment, free_port, run


def refusal(*words: str, env: dict[str, str]) -> str:
    """The one line with which a command refuses to start."""
    done = run(*words, env=env)
    assert done.returncode != 0, done.stdout
    assert "Traceback" not in done.stderr + done.stdout
    lines = (done.stdout + done.stderr).strip().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """A database with all tables."""
    database = tmp_path_factory.mktemp("migrated") / "house.sqlite3"
    done = run("migrate", "--verbosity", "0", env=environment(database))
    assert done.returncode == 0, done.stderr
    return database


@pytest.fixture
def bind():
    return f"127.0.0.1:{free_port()}"


def test_no_database_yet(tmp_path, bind):
    database = tmp_path / "none.sqlite3"
    said = refusal("serve", "--bind", bind, env=environment(database))
    assert str(database) in said
    assert "python manage.py migrate" in said
    assert not database.exists()


def test_a_database_without_tables(tmp_path, bind):
    database = tmp_path / "empty.sqlite3"
    database.touch()
    assert "python manage.py migrate" in refusal("serve", "--bind", bind, env=environment(database))


def test_a_database_that_is_a_directory(tmp_path, bind):
    said = refusal("serve", "--bind", bind, env=environment(tmp_path))
    assert "DATABASE_URL" in said
    assert str(tmp_path) in said


def test_a_database_in_a_missing_folder(tmp_path, bind):
    said = refusal("serve", "--bind", bind, env=environment(tmp_path / "gone" / "house.sqlite3"))
    assert "DATABASE_URL" in said
    assert str(tmp_path / "gone") in said


def test_a_file_that_is_no_database(tmp_path, bind):
    database = tmp_path / "letter.sqlite3"
    database.write_text("Dear reader, this is a letter and nothing that SQLite could read." * 40)
    assert "DATABASE_URL" in refusal("serve", "--bind", bind, env=environment(database))


@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_a_postgresql_that_is_away(command):
    url = f"postgresql://clipdeck:canary@127.0.0.1:{free_port()}/clipdeck"
    said = refusal(command, env=environment(DATABASE_URL=url))
    assert "cannot be opened" in said
    assert "Check DATABASE_URL" in said
    assert "canary" not in said


def test_tables_for_a_file_that_is_no_database(tmp_path):
    database = tmp_path / "letter.sqlite3"
    database.write_text("Dear reader, this is a letter and nothing that SQLite could read." * 40)
    assert "Check DATABASE_URL" in refusal("migrate", env=environment(database))


def test_a_taken_port(migrated):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        bind = f"127.0.0.1:{other.getsockname()[1]}"
        said = refusal("serve", "--bind", bind, env=environment(migrated))
    assert bind in said
    assert "in use" in said


@pytest.mark.parametrize("bind", ["8000", "127.0.0.1", "127.0.0.1:", ":8000", "127.0.0.1:http", "127.0.0.1:70000", ""])
def test_a_malformed_address(migrated, bind):
    said = refusal("serve", "--bind", bind, env=environment(migrated))
    assert "HOST:PORT" in said
    assert f'"{bind}"' in said


def test_a_host_that_does_not_exist_is_not_taken_for_a_taken_port(migrated):
    said = refusal("serve", "--bind", "nohost.invalid:18000", env=environment(migrated))
    assert 'there is no host "nohost.invalid"' in said
    assert "running there" not in said


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1"])
def test_a_port_of_the_demo_that_is_none(tmp_path, port):
    said = refusal("demo", "--port", port, env=environment(tmp_path / "none.sqlite3"))
    assert f"PORT={port} cannot be used. A port is a number from 1 to 65535." in said


def test_a_postgresql_that_does_not_run(tmp_path, bind):
    env = environment(tmp_path / "none.sqlite3")
    env["DATABASE_URL"] = f"postgresql://clipdeck:secret@127.0.0.1:{free_port()}/clipdeck"
    said = refusal("serve", "--bind", bind, env=env)
    assert "Check DATABASE_URL, and whether the server runs." in said
    assert "secret" not in said


def test_an_address_of_somebody_else(migrated):
    said = refusal("serve", "--bind", "192.0.2.1:18000", env=environment(migrated))
    assert "192.0.2.1:18000" in said


@pytest.mark.parametrize("words", [("worker",), ("serve", "--no-worker")])
def test_a_separate_worker_without_redis(migrated, words):
    assert "REDIS_URL" in refusal(*words, env=environment(migrated))


@pytest.mark.parametrize("words", [("serve",), ("migrate",)])
@pytest.mark.parametrize(
    ("name", "value"),
    [("SECRET_KEY", ""), ("ENCRYPTION_KEYS", "not-a-key"), ("DATABASE_URL", "mysql://here/it"), ("REDIS_URL", "here")],
)
def test_a_wrong_environment_names_the_variable(migrated, words, name, value):
    production = {"DEBUG": "0", "SECRET_KEY": "k3y-" * 3 + "of-some-length-that-nobody-could-ever-guess-here"}
    env = environment(migrated, **production, ENCRYPTION_KEYS="qvYfX0Wb3o3Yw1m0T0r8m5QmJ0lHc1Yk0m3b2Jm1s0w=")
    assert name in refusal(*words, env={**env, name: value})
