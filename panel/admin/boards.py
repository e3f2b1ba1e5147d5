"""Boards with their buttons in the admin."""

from django.contrib import admin
from unfold.admin import TabularInline

from panel.admin.refresh import PanelModelAdmin
from panel.models import Board, Button


class ButtonInline(TabularInline):  # type: ignore[misc]  # unfold comes without types.
    model = Button
    fields = ("position", "name", "label", "clip", "hotkey", "colour", "while_playing")
    autocomplete_fields = ("clip",)
    ordering = ("position", "pk")
    extra = 0
    tab = False


@admin.register(Board)
class BoardAdmin(PanelModelAdmin):
    list_display = ("name", "play_without_customer")
    list_filter = ("play_without_customer",)
    search_fields = ("name", "buttons__label")
    fieldsets = (
        (None, {"fields": ("name", "play_without_customer")}),
        (
            "Alerts on the supervisors' wall",
            {"fields": ("alert_capture_minutes", "alert_paused_seconds", "alert_not_begun", "alert_away")},
        ),
    )
    inlines = (ButtonInline,)


@admin.register(Button)
class ButtonAdmin(PanelModelAdmin):
    list_display = ("label", "board", "clip", "hotkey", "colour", "while_playing", "position")
    list_filter = ("board", "while_playing")
    list_select_related = ("board", "clip")
    search_fields = ("name", "label", "clip__title")
    autocomplete_fields = ("board", "clip")
