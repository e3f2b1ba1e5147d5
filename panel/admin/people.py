"""Logins and groups in the admin, in the theme's own forms."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from panel.admin.kept import KeptByLedger
from panel.models import Click
from panel.models.history import because
from panel.selectors.history import HISTORIES
from panel.services import tokens

admin.site.unregister(User)
admin.site.unregister(Group)


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[misc]  # unfold comes without types.
    """Leaves word of the new password in the history, but not the password."""

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        because(self.user, "A new password.")
        user = super().save(commit)
        # Whoever knew the old password may have paired an extension with it.
        tokens.revoke_all(user, None, timezone.now())
        return user


@admin.register(User)
class UserAdmin(KeptByLedger, SimpleHistoryAdmin, DjangoUserAdmin, ModelAdmin):  # type: ignore[type-arg,misc]  # untyped
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = PasswordForm

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
            tokens.revoke_all(obj, request.user, timezone.now())

    def kept(self, rows: Iterable[User]) -> dict[str, bool]:
        clicks = Click.objects.filter(Q(actor__in=rows) | Q(agent__user__in=rows))
        changes = (history.filter(history_user__in=rows) for history in HISTORIES.values())
        return {
            "clicks": clicks.exists(),
            "changes of the configuration": any(history.exists() for history in changes),
        }


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):  # type: ignore[misc]  # unfold comes without types.
    pass
