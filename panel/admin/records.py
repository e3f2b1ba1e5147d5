"""What happened and what is: to be looked at, and changed by nobody here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from panel.models import Alert, Click, Session, Worker


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]  # unfold comes without types.
    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return False


@admin.register(Click)
class ClickAdmin(ReadOnlyAdmin):
    list_display = ("requested_at", "agent", "action", "status", "reason", "text", "ended_at")
    list_filter = ("status", "action", "agent__dialer", "requested_at")
    list_select_related = ("agent__user",)
    search_fields = ("id", "agent__agent_user", "agent__user__username", "text")
    date_hierarchy = "requested_at"


@admin.register(Alert)
class AlertAdmin(ReadOnlyAdmin):
    list_display = ("raised_at", "kind", "agent", "dialer", "text", "cleared_at", "acknowledged_by", "acknowledged_at")
    list_filter = ("kind", "raised_at")
    list_select_related = ("agent__user", "dialer", "acknowledged_by")
    search_fields = ("agent__agent_user", "agent__user__username", "text")
    date_hierarchy = "raised_at"


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    list_display = ("agent", "version", "moves_at", "ask_at", "watched_until")
    list_filter = ("agent__dialer",)
    list_select_related = ("agent__user",)
    search_fields = ("agent__agent_user", "agent__user__username")


@admin.register(Worker)
class WorkerAdmin(ReadOnlyAdmin):
    list_display = ("name", "started_at", "seen_at", "full_seconds", "skew_seconds")
    search_fields = ("name",)
