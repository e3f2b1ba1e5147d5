"""The settings under which tests and the type checker run, so that both work with no environment prepared."""

import os

os.environ.setdefault("DEBUG", "1")

from config.settings import *  # noqa: F403 - these are those settings, and what follows
from config.settings import CHANNEL_LAYERS

# Hashing slowly on purpose is for real passwords; tests make hundreds of users.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Processes that share the tests share a Redis as well, but must not hear each other.
if "CONFIG" in CHANNEL_LAYERS["default"]:
    CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] += os.environ.get("PYTEST_XDIST_WORKER", "")
