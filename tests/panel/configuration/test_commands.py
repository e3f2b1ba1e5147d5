"""The two commands: what they print, and what stands in their way."""

import json
import sqlite3
import stat
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from panel.models import Dialer

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "demo" / "config.json"


def run(*words: str) -> tuple[str, str]:
    """A command's words -> what it printed and what it complained of."""
    out, err = StringIO(), StringIO()
    call_command(*words, stdout=out, stderr=err, no_color=True)
    return out.getvalue(), err.getvalue()


@pytest.mark.django_db
def test_an_import_tells_its_changes_and_a_second_one_that_there_are_none():
    out, err = run("import_config", str(DEMO), "--dry-run")
    assert "dialers: + main\n" in out
    assert "agents: + alice\n" in out
    assert out.endswith(" changes would be made.\n")
    assert not Dialer.objects.exists()
    out, err = run("import_config", str(DEMO))
    assert "boards: + Sales\n" in out
    assert err == ""
    assert run("import_config", str(DEMO)) == ("Imported: no changes.\n", "")


@pytest.mark.django_db
def test_errors_stand_one_on_a_line_and_nothing_is_imported(tmp_path):
    file = tmp_path / "config.json"
    file.write_text(json.dumps({"agent": [], "clips": [{"name": "a"}]}))
    err = StringIO()
    with pytest.raises(CommandError, match="Nothing was imported") as caught:
        call_command("import_config", str(file), stderr=err, no_color=True)
    assert caught.value.returncode == 1
    assert [line.split(":")[0] for line in err.getvalue().splitlines()] == [
        "agent",
        "clips[0].title",
        "clips[0].audio",
        "clips[0].duration_seconds",
    ]


@pytest.mark.django_db
def test_a_warning_does_not_stop_an_import(tmp_path):
    clip = {"name": "a", "title": "A", "audio": "a" * 21, "duration_seconds": 1}
    file = tmp_path / "config.json"
    file.write_text(json.dumps({"clips": [clip]}))
    out, err = run("import_config", str(file))
    assert err.startswith("warning: clips[0].audio: ")
    assert "Imported: 1 change." in out


@pytest.mark.django_db
def test_an_export_is_printed_or_written_for_its_owner_only(tmp_path):
    run("import_config", str(DEMO))
    printed, _ = run("export_config")
    file = tmp_path / "out.json"
    file.write_text("old")
    file.chmod(0o644)
    run("export_config", str(file))
    assert file.read_text() == printed
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]
    assert run("import_config", str(file)) == ("Imported: no changes.\n", "")


@pytest.mark.django_db
def test_an_export_that_cannot_be_written_says_so_and_leaves_nothing(tmp_path):
    with pytest.raises(CommandError, match="cannot be written: No such file or directory"):
        run("export_config", str(tmp_path / "no" / "out.json"))
    with pytest.raises(CommandError, match="cannot be written: Is a directory"):
        run("export_config", str(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("word", ["import_config", "export_config"])
def test_without_a_database_a_sentence_says_what_to_do(tmp_path, word):
    ended = _process(tmp_path / "none.sqlite3", word)
    assert ended.returncode == 1
    assert "manage.py migrate" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "none.sqlite3").exists()


@pytest.mark.parametrize("word", ["import_config", "export_config"])
def test_with_a_database_without_tables_a_sentence_says_what_to_do(tmp_path, word):
    sqlite3.connect(tmp_path / "empty.sqlite3").execute("CREATE TABLE x (y)").connection.close()
    ended = _process(tmp_path / "empty.sqlite3", word)
    assert ended.returncode == 1
    assert "manage.py migrate" in ended.stderr
    assert "Traceback" not in ended.stderr


READ_ONLY = {"sqlite": "PRAGMA query_only = {}", "postgresql": "SET default_transaction_read_only = {}"}


@pytest.mark.django_db(transaction=True)
def test_a_database_that_takes_no_writes_is_told_of_in_a_sentence():
    switch = READ_ONLY[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(switch.format("ON"))
    try:
        with pytest.raises(CommandError, match="cannot be written to"):
            run("import_config", str(DEMO))
    finally:
        with connection.cursor() as cursor:
            cursor.execute(switch.format("OFF"))


def _process(database: Path, word: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "manage.py", word, *([str(DEMO)] if word == "import_config" else [])]
    environment = {"DEBUG": "1", "DATABASE_URL": f"sqlite:///{database}"}
    return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)
