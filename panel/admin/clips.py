"""Clips in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from agentapi.commands import audio_warning
from panel.admin.refresh import PanelModelAdmin
from panel.models import Clip


@admin.register(Clip)
class ClipAdmin(PanelModelAdmin):
    list_display = ("title", "name", "audio", "duration_seconds", "language")
    list_filter = ("language",)
    search_fields = ("name", "title", "audio", "transcript")

    def save_model(self, request: HttpRequest, obj: Clip, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        if warning := audio_warning(obj.audio):
            messages.warning(request, warning)
