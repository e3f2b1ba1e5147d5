"""A bad or missing variable stops the start with one line that names it; a good one becomes the setting."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from config.env import EnvError, Environment

ROOT = Path(__file__).resolve().parents[2]
SECRET = "k9#" + "abcdefghijklmnopqrstuvwxyz0123456789-ABCDEFGHIJKLMNO"
PRODUCTION = {"SECRET_KEY": SECRET, "ENCRYPTION_KEYS": Fernet.generate_key().decode()}
SETTINGS = (
    "from django.conf import settings as s; "
    "print(s.DEBUG, s.SESSION_COOKIE_SECURE, s.ALLOWED_HOSTS, s.CHANNEL_LAYERS['default']['BACKEND'])"
)


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A process with these variables and none of ours that Clipdeck would read."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def environment(**variables: str) -> Environment:
    return Environment(variables)


class TestStart:
    @pytest.mark.parametrize(
        ("variables", "named"),
        [
            ({}, "SECRET_KEY"),
            ({"SECRET_KEY": SECRET}, "ENCRYPTION_KEYS"),
            (PRODUCTION | {"DATABASE_URL": "nonsense"}, "DATABASE_URL"),
            (PRODUCTION | {"REDIS_URL": "nonsense"}, "REDIS_URL"),
            ({"DEBUG": "perhaps"}, "DEBUG"),
            ({"DEBUG": "1", "KEEP_CLICKS_DAYS": "29"}, "KEEP_CLICKS_DAYS"),
        ],
    )
    def test_one_line_names_the_variable(self, variables, named):
        ended = run("manage.py", "check", **variables)
        assert ended.returncode == 2
        assert ended.stderr.startswith(f"clipdeck: {named} ")
        assert ended.stderr.count("\n") == 1

    def test_a_server_that_loads_the_application_is_told_the_same(self):
        ended = run("-c", "import config.asgi")
        assert ended.returncode == 1
        assert ended.stderr.startswith("clipdeck: SECRET_KEY ")
        assert ended.stderr.count("\n") == 1

    def test_production_is_strict_by_default(self):
        ended = run("-c", SETTINGS, **PRODUCTION)
        assert ended.stdout.split() == [
            "False",
            "True",
            "['localhost',",
            "'127.0.0.1',",
            "'[::1]']",
            "panel.layers.ScalingInMemoryLayer",
        ], ended.stderr

    def test_development_needs_nothing_else(self):
        ended = run("-c", SETTINGS, DEBUG="1")
        assert ended.stdout.startswith("True False "), ended.stderr

    def test_redis_brings_its_layer(self):
        ended = run("-c", SETTINGS, DEBUG="1", REDIS_URL="redis://127.0.0.1:6379/0")
        assert ended.stdout.endswith("panel.redis_layer.LastingRedisLayer\n"), ended.stderr

    def test_two_installations_on_one_redis_do_not_hear_each_other(self):
        printed = "from django.conf import settings as s; print(s.CHANNEL_LAYERS['default']['CONFIG']['prefix'])"
        ours, theirs = PRODUCTION, PRODUCTION | {"SECRET_KEY": f"other {SECRET}"}
        redis = {"REDIS_URL": "redis://127.0.0.1:6379/0"}
        one, again, other = (run("-c", printed, **redis, **keys).stdout for keys in (ours, ours, theirs))
        assert one.startswith("clipdeck.")
        assert one == again != other

    @pytest.mark.parametrize("command", ["demo", "simulator"])
    def test_demo_and_simulator_need_no_keys(self, command):
        ended = run("manage.py", command, "--help")
        assert "SECRET_KEY" not in ended.stderr

    def test_published_development_keys_are_refused_in_production(self):
        shown = run("-c", "from config import settings as s; print(s.SECRET_KEY, s.ENCRYPTION_KEYS[0])", DEBUG="1")
        secret_key, encryption_key = shown.stdout.split()
        ended = run("manage.py", "check", **PRODUCTION | {"SECRET_KEY": secret_key})
        assert ended.stderr.startswith("clipdeck: SECRET_KEY ")
        ended = run("manage.py", "check", **PRODUCTION | {"ENCRYPTION_KEYS": encryption_key})
        assert ended.stderr.startswith("clipdeck: ENCRYPTION_KEYS ")


class TestText:
    def test_surrounding_space_is_dropped_and_nothing_means_the_default(self):
        assert environment(NAME=" value\n").text("NAME") == "value"
        assert environment(NAME=" ").text("NAME", "default") == "default"

    def test_a_file_holds_the_value(self, tmp_path):
        (tmp_path / "secret").write_text("value\n")
        assert environment(NAME_FILE=str(tmp_path / "secret")).text("NAME") == "value"

    def test_value_and_file_together(self, tmp_path):
        with pytest.raises(EnvError, match="^NAME is given twice"):
            environment(NAME="value", NAME_FILE=str(tmp_path)).text("NAME")

    @pytest.mark.parametrize(
        ("content", "problem"), [(None, "can't be read"), (b" \n", "is empty"), (b"\xff\xfe", "not UTF-8")]
    )
    def test_a_file_of_no_use(self, tmp_path, content, problem):
        path = tmp_path / "secret"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(EnvError, match=f"^NAME_FILE .*{problem}"):
            environment(NAME_FILE=str(path)).text("NAME")


class TestFlagAndListing:
    @pytest.mark.parametrize(("text", "value"), [("1", True), ("TRUE", True), ("off", False), ("", False)])
    def test_flag(self, text, value):
        assert environment(DEBUG=text).flag("DEBUG") is value

    def test_listing(self):
        assert environment(NAMES="a, b,,").listing("NAMES") == ["a", "b"]
        assert environment().listing("NAMES", ("c",)) == ["c"]


class TestKeys:
    @pytest.mark.parametrize("key", ["short", "a" * 60, "django-insecure-" + SECRET])
    def test_a_secret_key_that_can_be_guessed(self, key):
        with pytest.raises(EnvError, match="^SECRET_KEY ") as caught:
            environment(SECRET_KEY=key).secret_key(insecure=None)
        assert key not in str(caught.value)

    def test_several_encryption_keys(self):
        keys = [Fernet.generate_key().decode() for _ in range(2)]
        given = environment(ENCRYPTION_KEYS=", ".join(keys))
        assert given.encryption_keys(insecure="", allow_insecure=False) == keys

    @pytest.mark.parametrize("wrong", ["clearly-not-a-key", "ümläut", "YWJj"])
    def test_an_encryption_key_that_is_none_is_named_by_its_place_only(self, wrong):
        given = environment(ENCRYPTION_KEYS=f"{Fernet.generate_key().decode()},{wrong}")
        with pytest.raises(EnvError, match="^ENCRYPTION_KEYS .* number 2$") as caught:
            given.encryption_keys(insecure="", allow_insecure=True)
        assert wrong not in str(caught.value)


class TestToken:
    def test_a_long_one_or_none_will_do(self):
        assert environment(METRICS_TOKEN="0123456789abcdef").token("METRICS_TOKEN") == "0123456789abcdef"
        assert environment().token("METRICS_TOKEN") == ""

    def test_a_short_one_is_refused_and_not_repeated(self):
        with pytest.raises(EnvError, match="^METRICS_TOKEN .*at least 16") as caught:
            environment(METRICS_TOKEN="0123456789abcde").token("METRICS_TOKEN")
        assert "0123" not in str(caught.value)

    def test_a_mark_at_the_beginning_of_a_file_is_no_part_of_it(self, tmp_path):
        (tmp_path / "token").write_bytes(b"\xef\xbb\xbf0123456789abcdef\r\n")
        given = environment(METRICS_TOKEN_FILE=str(tmp_path / "token"))
        assert given.token("METRICS_TOKEN") == "0123456789abcdef"


class TestHostsAndOrigins:
    @pytest.mark.parametrize("host", ["panel.example.com", ".example.com", "[::1]", "*"])
    def test_good_hosts(self, host):
        assert environment(ALLOWED_HOSTS=host).hosts("ALLOWED_HOSTS", ()) == [host]

    @pytest.mark.parametrize("host", ["https://panel.example.com", "panel.example.com:8000", "a b", "[::1]:80"])
    def test_bad_hosts(self, host):
        with pytest.raises(EnvError, match="^ALLOWED_HOSTS "):
            environment(ALLOWED_HOSTS=host).hosts("ALLOWED_HOSTS", ())

    @pytest.mark.parametrize("origin", ["https://panel.example.com", "http://[::1]:8000", "http://panel_1:81"])
    def test_good_origins(self, origin):
        assert environment(CSRF_TRUSTED_ORIGINS=origin).origins("CSRF_TRUSTED_ORIGINS") == [origin]

    @pytest.mark.parametrize("origin", ["chrome-extension://" + "a" * 32, "https://wall.example.com"])
    def test_good_extension_origins(self, origin):
        assert environment(EXTENSION_ORIGINS=origin).extension_origins("EXTENSION_ORIGINS", ()) == [origin]
        assert environment().extension_origins("EXTENSION_ORIGINS", ("https://a.example",)) == ["https://a.example"]

    @pytest.mark.parametrize("origin", ["a" * 32, "chrome-extension://abc", "chrome-extension://" + "z" * 32, "*"])
    def test_bad_extension_origins(self, origin):
        with pytest.raises(EnvError, match="^EXTENSION_ORIGINS .*chrome-extension://ID"):
            environment(EXTENSION_ORIGINS=origin).extension_origins("EXTENSION_ORIGINS", ())

    @pytest.mark.parametrize(
        "origin",
        [
            "panel.example.com", "https://", "https://a.example/b", "https://[", "ftp://a", "https://a.example#b",
            "https://*.example.com", "https://a; script-src *", "https://a@b", "https://a:0", "https://bücher.example",
        ],
    )  # fmt: skip
    def test_bad_origins(self, origin):
        with pytest.raises(EnvError, match="^CSRF_TRUSTED_ORIGINS "):
            environment(CSRF_TRUSTED_ORIGINS=origin).origins("CSRF_TRUSTED_ORIGINS")


class TestDatabase:
    def settings(self, url, base):
        return environment(DATABASE_URL=url).database("DATABASE_URL", base=base, default="sqlite:///default.sqlite3")

    def test_sqlite_is_made_fit_for_threads(self, tmp_path):
        settings = self.settings("", tmp_path)
        assert settings["NAME"] == str(tmp_path / "default.sqlite3")
        assert settings["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        assert settings["OPTIONS"]["timeout"] == 5
        assert "journal_mode=WAL" in settings["OPTIONS"]["init_command"]

    def test_sqlite_elsewhere(self, tmp_path):
        assert self.settings(f"sqlite:///{tmp_path}/a.db", ROOT)["NAME"] == str(tmp_path / "a.db")

    def test_sqlite_with_another_patience(self, tmp_path):
        assert self.settings("sqlite:///a.db?timeout=9", tmp_path)["OPTIONS"]["timeout"] == 9

    def test_postgresql_is_pooled(self, tmp_path):
        settings = self.settings("postgresql://me:p%40ss@db.example:5433/clipdeck?sslmode=require", tmp_path)
        assert settings["ENGINE"] == "django.db.backends.postgresql"
        assert (settings["USER"], settings["PASSWORD"], settings["PORT"]) == ("me", "p@ss", 5433)
        assert settings["OPTIONS"]["sslmode"] == "require"
        assert settings["OPTIONS"]["pool"]["max_size"] == 10
        assert settings["CONN_HEALTH_CHECKS"] is True
        assert settings["CONN_MAX_AGE"] == 0

    @pytest.mark.parametrize(
        "url",
        [
            "nonsense",
            "mysql://canary:canary@db/clipdeck",
            "postgresql://canary:canary@db:port/clipdeck",
            "postgresql://canary:canary@[db/clipdeck",
            "postgresql://canary:canary@db:5432/",
            "sqlite://",
            "sqlite://:memory:",
            "sqlite://file.db",
            "sqlite:///no/such/directory/file.db",
            "sqlite:////",
            "sqlite:///db.sqlite3?sslmode=canary",
        ],
    )
    def test_no_use(self, url, tmp_path):
        with pytest.raises(EnvError, match="^DATABASE_URL ") as caught:
            self.settings(url, tmp_path)
        assert "canary" not in str(caught.value)


class TestRedis:
    @pytest.mark.parametrize(
        "url", ["", "redis://127.0.0.1:6379/0", "rediss://:secret@redis.example", "unix:///run/redis.sock"]
    )
    def test_good(self, url):
        assert environment(REDIS_URL=url).redis("REDIS_URL") == url

    @pytest.mark.parametrize(
        "url",
        [
            "nonsense",
            "http://redis",
            "redis://",
            "redis://h:port",
            "redis://h:0",
            "redis://h/name",
            "redis://[",
            "unix://",
        ],
    )
    def test_bad(self, url):
        with pytest.raises(EnvError, match="^REDIS_URL "):
            environment(REDIS_URL=url).redis("REDIS_URL")
