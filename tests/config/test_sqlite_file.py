"""The file of a database holds passwords' hashes and what people did: it is for its owner alone."""

import stat
from pathlib import Path

from django.db.utils import ConnectionHandler

from config.env import Environment
from config.sqlite3.base import DatabaseWrapper


def test_a_new_database_and_what_lies_beside_it_are_for_the_owner_alone(db, tmp_path):
    settings = Environment({}).database("DATABASE_URL", base=tmp_path, default="sqlite:///deck.sqlite3")
    connection = ConnectionHandler({"default": settings})["default"]
    assert isinstance(connection, DatabaseWrapper)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE t (a)")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in Path(tmp_path).iterdir()}
    connection.close()
    assert modes == dict.fromkeys(("deck.sqlite3", "deck.sqlite3-wal", "deck.sqlite3-shm"), 0o600)
