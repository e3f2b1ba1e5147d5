"""Teams in the admin."""

from django.contrib import admin

from panel.admin.refresh import PanelModelAdmin
from panel.models import Team


@admin.register(Team)
class TeamAdmin(PanelModelAdmin):
    list_display = ("name",)
    search_fields = ("name", "agents__agent_user", "agents__user__username", "supervisors__username")
    autocomplete_fields = ("agents", "supervisors")
