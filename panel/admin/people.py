"""Logins and groups in the admin, in the theme's own forms."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Q
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from panel.admin.kept import KeptByLedger
from panel.models import Click
from panel.models.history import because
from panel.selectors.history import HISTORIES

admin.site.unregister(User)
admin.site.unregister(Group)


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[misc]  # unfold comes without types.
    """Leaves word of the new password in the history, but not the password."""

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        because(self.user, "A new password.")
        return super().save(commit)


@admin.register(User)
class UserAdmin(KeptByLedger, SimpleHistoryAdmin, DjangoUserAdmin, ModelAdmin):  # type: ignore[type-arg,misc]  # untyped
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = PasswordForm

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
