"""The settings that an installation gets: nothing for Django's deployment check to find."""

import json
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet

from tests.processes.running import ROOT, environment

PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": "a-key-of-more-than-fifty-characters-that-nobody-guesses-0123456789",
    "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    "ALLOWED_HOSTS": "panel.example.com",
}


def python(*words: str, **others: str) -> subprocess.CompletedProcess[str]:
    env = environment(None, **{**PRODUCTION, **others})
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_deployment_check_finds_nothing():
    done = python("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues (2 silenced)" in done.stdout


@pytest.mark.parametrize(
    "setting",
    [
        "SESSION_COOKIE_SECURE",
        "SESSION_COOKIE_HTTPONLY",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "SECURE_CONTENT_TYPE_NOSNIFF",
    ],
)
def test_what_protects_is_on(setting, production_settings):
    assert production_settings[setting]


@pytest.fixture(scope="module")
def production_settings():
    code = """
import json
from django.conf import settings
names = [name for name in dir(settings) if name.isupper()]
print(json.dumps({name: getattr(settings, name) for name in names}, default=str))
"""
    done = python("-c", code, DJANGO_SETTINGS_MODULE="config.settings")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_cookies_stay_with_this_site(production_settings):
    assert production_settings["SESSION_COOKIE_SAMESITE"] in {"Lax", "Strict"}
    assert production_settings["CSRF_COOKIE_SAMESITE"] in {"Lax", "Strict"}
