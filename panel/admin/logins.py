"""Logins that were tried in vain: to be looked at, and opened again."""

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from panel.admin.records import ReadOnlyAdmin
from panel.models import LoginTries
from panel.services import logins


@admin.register(LoginTries)
class LoginTriesAdmin(ReadOnlyAdmin):
    """Those of the last minutes, whether they are closed or not yet."""

    list_display = ("who", "network", "tries", "closed", "until")
    search_fields = ("name", "network")
    actions = ("lift",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[LoginTries]:
        rows: QuerySet[LoginTries] = super().get_queryset(request)
        return rows.filter(tries__gt=0, until__gt=timezone.now())

    @admin.display(description="user name", ordering="name")
    def who(self, row: LoginTries) -> str:
        """Whose login; nobody in particular where a whole network is counted."""
        return row.name or "(everybody from there)"

    @admin.display(boolean=True)
    def closed(self, row: LoginTries) -> bool:
        """Whether no password is looked at."""
        return row.is_closed(timezone.now())

    @admin.action(description="Open the chosen logins again", permissions=("lift",))
    def lift(self, request: HttpRequest, queryset: QuerySet[LoginTries]) -> None:
        """They can be tried anew at once."""
        assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
        for row in queryset:
            logins.lift(row, request.user)
        self.message_user(request, "They are open.", messages.SUCCESS)

    def has_lift_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser
