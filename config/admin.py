"""The admin's front door."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.db import DataError
from django.http import HttpRequest, HttpResponseBase
from django.template.response import SimpleTemplateResponse
from unfold.sites import UnfoldAdminSite

log = logging.getLogger(__name__)

View = Callable[..., HttpResponseBase]


class AdminSite(UnfoldAdminSite):  # type: ignore[misc]  # unfold comes without types.
    """Who is logged in and may not see the admin is told so at once, instead of being sent to a login; what no
    database could hold is a bad request.
    """

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # noqa: FBT001, FBT002 - Django's signature
        inner: View = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied("Only administrators see the configuration.")
            try:
                answer = inner(request, *args, **kwargs)
                # A list is looked up while it is shown.
                return answer.render() if isinstance(answer, SimpleTemplateResponse) else answer
            except (DataError, OverflowError, ValueError) as error:
                # Django hands on what an address asks for; that no database could hold it shows only there.
                log.warning("The admin could not make sense of a request.", exc_info=error)
                raise BadRequest(f"This cannot be asked for: {type(error).__name__}.") from None

        return guarded
