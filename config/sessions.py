"""Logins' sessions, in the database: what Django brings, with a stricter look at the keys that clients send."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

log = logging.getLogger(__name__)

RENEWED_AFTER = timedelta(days=1)
"""So that a login lasts from its last use on, and not each page has to be written down."""


class SessionStore(db.SessionStore):
    """Django's store. A key of other characters than its own is no key; PostgreSQL would raise at a NUL."""

    lapses_at: datetime | None = None

    def is_to_be_renewed(self) -> bool:
        """Whether it was read, and begins to grow old."""
        if self.lapses_at is None:
            return False
        return self.lapses_at - timezone.now() < timedelta(seconds=self.get_session_cookie_age()) - RENEWED_AFTER

    def _get_session_from_db(self) -> Any:
        row = super()._get_session_from_db()  # type: ignore[misc]  # unknown to django-stubs
        self.lapses_at = row.expire_date if row else None
        return row

    async def _aget_session_from_db(self) -> Any:
        row = await super()._aget_session_from_db()  # type: ignore[misc]  # unknown to django-stubs
        self.lapses_at = row.expire_date if row else None
        return row

    def _validate_session_key(self, key: Any) -> bool:
        known: bool = super()._validate_session_key(key)  # type: ignore[misc]  # unknown to django-stubs
        return known and str(key).isalnum()


class RenewingSessionMiddleware(SessionMiddleware):
    """Django's own, which writes a session that was changed, and once a day one that was only used. A page that is
    only looked at is shown even where nothing can be written.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Send the cookie where the session was written."""
        session: Any = getattr(request, "session", None)
        if session is None:
            return super().process_response(request, response)
        only_renewed = not session.modified and session.is_to_be_renewed()
        session.modified = session.modified or only_renewed
        try:
            return super().process_response(request, response)
        except Error:
            if not only_renewed:
                raise
            log.exception("A login could not be renewed; its page is shown all the same.")
            session.modified = False
            return super().process_response(request, response)
