"""Boards with their buttons in the admin."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.forms.models import BaseInlineFormSet
from unfold.admin import TabularInline

from panel.admin.refresh import PanelModelAdmin
from panel.models import Board, Button


class ButtonForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's forms are generic in the stubs only.
    """One row of the board's table. Whether it goes together with the others is the table's to say."""

    def validate_constraints(self) -> None:
        """The database holds the other rows as they were before this very form changes them."""


class ButtonFormSet(BaseInlineFormSet):  # type: ignore[type-arg]  # generic in the stubs only.
    """All buttons of a board: held against each other, and able to swap their names and hot keys."""

    def validate_unique(self) -> None:
        """Each name and each hot key once; the panel hears q and Q as one key."""
        self._once("name", "name", str)
        self._once("hotkey", "hot key", str.lower)

    def _once(self, field: str, what: str, key: Any) -> None:
        seen: set[str] = set()
        for form in self._kept():
            value = form.cleaned_data.get(field)
            if value and key(value) in seen:
                form.add_error(field, f'Another button of this board has the {what} "{value}". Choose a different one.')
            seen.add(key(value or ""))

    def _kept(self) -> Iterator[Any]:
        return (form for form in self.forms if form not in self.deleted_forms and hasattr(form, "cleaned_data"))

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        if commit:
            self._free()
        return super().save(commit)

    def _free(self) -> None:
        """What moves must be free at every moment between: a tilde stands in no name, so no stand-in is taken."""
        for form in self.initial_forms:
            if form in self.deleted_forms or {"name", "hotkey"}.intersection(form.changed_data):
                Button.objects.filter(pk=form.instance.pk).update(name=f"~{form.instance.pk}", hotkey="")


class ButtonInline(TabularInline):  # type: ignore[misc]  # unfold comes without types.
    model = Button
    form = ButtonForm
    formset = ButtonFormSet
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
        (None, {"fields": ("name", "play_without_customer", "end_others")}),
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
