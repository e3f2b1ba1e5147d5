"""What all pages of the admin share that edit what panels show."""

from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin

from panel.services import boards


class PanelModelAdmin(SimpleHistoryAdmin, ModelAdmin):  # type: ignore[misc]  # both come without types.
    """Tells open panels after every change, so that none goes on showing what is no more. Each row has its history."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        boards.changed()

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        super().delete_model(request, obj)
        boards.changed()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        super().delete_queryset(request, queryset)
        boards.changed()
