"""Agents in the admin."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from panel.admin.kept import KeptByLedger
from panel.admin.refresh import PanelModelAdmin
from panel.configuration.people import forget_session
from panel.models import Agent, Click


@admin.register(Agent)
class AgentAdmin(KeptByLedger, PanelModelAdmin):
    list_display = ("user", "agent_user", "dialer", "board")
    list_filter = ("dialer", "board")
    list_select_related = ("user", "dialer", "board")
    search_fields = ("agent_user", "user__username", "user__first_name", "user__last_name")
    autocomplete_fields = ("user", "dialer", "board")

    def kept(self, rows: Iterable[Agent]) -> dict[str, bool]:
        return {"clicks": Click.objects.filter(agent__in=rows).exists()}

    def save_model(self, request: HttpRequest, obj: Agent, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        if change and {"dialer", "agent_user"}.intersection(form.changed_data):
            forget_session(obj)
