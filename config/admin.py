"""The admin's front door."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from unfold.sites import UnfoldAdminSite

View = Callable[..., HttpResponseBase]


class AdminSite(UnfoldAdminSite):  # type: ignore[misc]  # unfold comes without types.
    """Who is logged in and may not see the admin is told so at once, instead of being sent to a login."""

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # noqa: FBT001, FBT002 - Django's signature
        inner: View = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied("Only administrators see the configuration.")
            return inner(request, *args, **kwargs)

        return guarded
