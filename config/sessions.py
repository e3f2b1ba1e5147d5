"""Logins' sessions, in the database: what Django brings, with a stricter look at the keys that clients send."""

from typing import Any

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """Django's store. A key of other characters than its own is no key; PostgreSQL would raise at a NUL."""

    def _validate_session_key(self, key: Any) -> bool:
        known: bool = super()._validate_session_key(key)  # type: ignore[misc]  # unknown to django-stubs
        return known and str(key).isalnum()
