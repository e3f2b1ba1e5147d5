"""Dialers in the admin. Their passwords go in and never come out."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.decorators import action as detail_action
from unfold.widgets import UnfoldAdminPasswordWidget

from agentapi.capability import Capability
from agentapi.client import HttpAgentApi
from agentapi.machine import CAPABILITIES
from panel.admin.refresh import PanelModelAdmin
from panel.models import Dialer, DialerHost, Session
from panel.models.dialers import server_of, valid_password
from panel.models.history import because
from panel.services import hosts, links, preflight

_SECRETS = {"new_password": "password", "new_non_agent_password": "non_agent_password"}
_SENT_TO = {"url": "new_password", "non_agent_url": "new_non_agent_password"}
_CREDENTIALS = {"url", "user", "new_password", "non_agent_url", "non_agent_user", "new_non_agent_password"}
_WAY = ("link", "link_since", "link_text", "tested_at", "floor_seen_at", "floor_text", "not_listed")
_KNOWN = ("capability", "capability_help", "capability_at", "build", "local_time", "version_at")
LISTED = 20
KEEP = "Leave it empty to keep the password that is stored. Where the address leads to another server, enter it again."
ANOTHER_SERVER = (
    "The address leads to another server than the one that the stored password was given for. Enter it again."
)
UNSEEN_AGENTS = (
    "Logged in, but not in the list: let the non-agent user see all campaigns and user groups in VICIdial. "
    "Until then they are asked about one by one."
)


def _secret(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        strip=False,
        validators=[valid_password],
        # Browsers offer the login of whoever sits there for any password field that does not say "new".
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}, render_value=False),
    )


class DialerForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's forms are generic in the stubs only.
    """The stored passwords are no fields of this form, so no page can show them; two empty inputs take new ones."""

    new_password = _secret("API password")
    new_non_agent_password = _secret("Non-agent API password")

    class Meta:
        model = Dialer
        fields = (
            "name",
            "url",
            "user",
            "source",
            "capture",
            "take_back_begin",
            "mono_limit_minutes",
            "pause_supported",
            "timezone",
            "non_agent_url",
            "non_agent_user",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        new = self.instance.pk is None
        self.fields["new_password"].required = new
        for name in _SECRETS:
            self.fields[name].help_text = "" if new else KEEP

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk is not None:
            self._require_passwords_again(cleaned)
        if cleaned.get("non_agent_url"):
            self._require_access(cleaned)
        return cleaned

    def _require_passwords_again(self, cleaned: dict[str, Any]) -> None:
        """A stored password is sent to the server that it was entered for, and to no other."""
        # Held until the change is saved: nobody enters another password for another server meanwhile.
        stored = Dialer.objects.select_for_update().only(*_SENT_TO).get(pk=self.instance.pk)
        for address, secret in _SENT_TO.items():
            url, was = cleaned.get(address), getattr(stored, address)
            if url and was and server_of(url) != server_of(was) and not cleaned.get(secret):
                self.add_error(secret, ValidationError(ANOTHER_SERVER))

    def _require_access(self, cleaned: dict[str, Any]) -> None:
        stored = Dialer.objects.filter(pk=self.instance.pk).exclude(non_agent_url="").exclude(non_agent_password="")
        if not cleaned.get("non_agent_user"):
            self.add_error("non_agent_user", ValidationError("The non-agent API needs a user."))
        if not cleaned.get("new_non_agent_password") and not stored.exists():
            self.add_error("new_non_agent_password", ValidationError("The non-agent API needs a password."))

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's own hook, which the stubs leave out.
        for name, secret in _SECRETS.items():
            if self.cleaned_data.get(name):
                setattr(self.instance, secret, self.cleaned_data[name])
        if not self.cleaned_data.get("non_agent_url"):
            # The access's user and password go with its address.
            self.instance.non_agent_user = self.instance.non_agent_password = ""


@admin.register(Dialer)
class DialerAdmin(PanelModelAdmin):
    form = DialerForm
    list_display = ("name", "url", "user", "capture", "capability", "link", "link_since")
    list_filter = ("link", "capture")
    search_fields = ("name", "url")
    readonly_fields = (*_WAY, *_KNOWN)
    actions = ("test_login",)
    actions_detail = ("preflight",)
    actions_list = ("servers",)
    fieldsets = (
        (None, {"fields": ("name", "url", "user", "new_password", "source", "timezone")}),
        (
            "What it can do",
            {"fields": ("capture", "take_back_begin", "mono_limit_minutes", "pause_supported", *_KNOWN)},
        ),
        ("Non-agent API", {"fields": ("non_agent_url", "non_agent_user", "new_non_agent_password")}),
        ("The way to it", {"fields": _WAY}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dialer]:
        rows: QuerySet[Dialer] = super().get_queryset(request)
        # What is never loaded can't be shown, and a password that no key decrypts can still be replaced here.
        return rows.defer("password", "non_agent_password")

    def save_model(self, request: HttpRequest, obj: Dialer, form: DialerForm, change: bool) -> None:  # noqa: FBT001
        if _SECRETS.keys() & set(form.changed_data):
            because(obj, "A new password.")
        if not change:
            super().save_model(request, obj, form, change)
            return
        # Only what the form holds: what is known of the way to the dialer goes on changing while somebody types.
        # A password that was not entered was never loaded either.
        obj.save(update_fields={*DialerForm.Meta.fields, *_SECRETS.values()} - obj.get_deferred_fields())
        if _CREDENTIALS.intersection(form.changed_data):
            links.reopen(obj, timezone.now())
        elif "capture" in form.changed_data:
            links.note_capability(obj.pk, Capability.NOT_KNOWN, timezone.now())

    @admin.display(description="what to do")
    def capability_help(self, dialer: Dialer) -> str:
        """What to do where the dialer cannot record."""
        return CAPABILITIES[Capability(dialer.capability)] or "-"

    @admin.display(description="local time, against UTC")
    def local_time(self, dialer: Dialer) -> str:
        """What the server's clock shows, ahead of or behind UTC (FACTS 7.1)."""
        seconds = dialer.clock_ahead_seconds
        if seconds is None:
            return "-"
        return f"{'-' if seconds < 0 else '+'}{timedelta(seconds=round(abs(seconds)))}"

    @admin.display(description="not in the floor's list")
    def not_listed(self, dialer: Dialer) -> str:
        """Agents who are logged in and whom the non-agent user may not see (FACTS 4.3)."""
        users = Session.objects.filter(agent__dialer=dialer, state__session__uncovered=True)
        names = ", ".join(users.order_by("agent__agent_user").values_list("agent__agent_user", flat=True)[:LISTED])
        return f"{names}. {UNSEEN_AGENTS}" if names else "-"

    @detail_action(description="Test", url_path="test", permissions=["change"])  # type: ignore[untyped-decorator]
    def preflight(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Everything that the dialer needs, looked at when the button is pressed."""
        dialer = get_object_or_404(Dialer, pk=object_id)
        report = None
        if request.method == "POST":
            report = preflight.run(dialer, HttpAgentApi(reach=settings.DIALER_HOSTS), timezone.now)
        context = self.admin_site.each_context(request) | {
            "title": f"Test of {dialer.name}",
            "opts": self.opts,
            "dialer": dialer,
            "report": report,
            "lines": preflight.lines(report) if report else [],
        }
        return TemplateResponse(request, "admin/panel/dialer/preflight.html", context)

    @detail_action(description="Servers", url_path="servers", permissions=["change"])  # type: ignore[untyped-decorator]
    def servers(self, request: HttpRequest) -> HttpResponse:
        """Which servers may be named, and the button that leaves only those of the dialers that there are."""
        if request.method == "POST":
            assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
            hosts.close(request.user)
        context = self.admin_site.each_context(request) | {
            "title": "Servers of dialers",
            "opts": self.opts,
            "allowed": DialerHost.objects.values_list("host", flat=True),
            "in_use": hosts.in_use(),
        }
        return TemplateResponse(request, "admin/panel/dialer/servers.html", context)

    @admin.action(description="Test the login (at most once a minute)", permissions=["change"])
    def test_login(self, request: HttpRequest, queryset: QuerySet[Dialer]) -> None:
        """One harmless call to each, whose good answer lets calls go on after a refused login."""
        api = HttpAgentApi(reach=settings.DIALER_HOSTS)
        for dialer in queryset.defer(None):
            self.message_user(request, links.test_login(dialer, api, timezone.now()))
