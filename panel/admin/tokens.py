"""Paired extensions in the admin: to be looked at, and taken back."""

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from panel.admin.records import ReadOnlyAdmin
from panel.models import Pairing, Token
from panel.selectors.tokens import stands
from panel.services import pairings, tokens


@admin.register(Token)
class TokenAdmin(ReadOnlyAdmin):
    list_display = (
        "name",
        "agent",
        "origin",
        "is_good",
        "created_at",
        "last_used_at",
        "expires_at",
        "revoked_at",
        "revoked_by",
    )
    list_filter = ("agent__dialer", "revoked_at")
    list_select_related = ("agent__user", "revoked_by")
    search_fields = ("name", "agent__agent_user", "agent__user__username")
    exclude = ("token_hash",)
    actions = ("revoke",)

    @admin.display(description="good", boolean=True)
    def is_good(self, token: Token) -> bool:
        """Whether it could be used now: one that was made under another password could not."""
        user = token.agent.user
        is_open = token.revoked_at is None and token.expires_at > timezone.now() and user.is_active
        return is_open and stands(token, user)

    @admin.action(description="Disconnect the chosen extensions", permissions=("revoke",))
    def revoke(self, request: HttpRequest, queryset: QuerySet[Token]) -> None:
        """Their sockets close within seconds."""
        assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
        for token in queryset:
            tokens.revoke(token, request.user, timezone.now())
        self.message_user(request, "They are disconnected.", messages.SUCCESS)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser


@admin.register(Pairing)
class PairingAdmin(ReadOnlyAdmin):
    """Requests of the last ten minutes."""

    list_display = ("name", "agent", "origin", "address", "created_at", "decided_at", "collected_at")
    list_select_related = ("agent__user",)
    search_fields = ("name", "agent__agent_user", "agent__user__username")
    exclude = ("code", "key_hash", "network")
    actions = ("take_back",)

    @admin.action(description="Take the chosen pairings back", permissions=("take_back",))
    def take_back(self, request: HttpRequest, queryset: QuerySet[Pairing]) -> None:
        """They find no token; those that have one already are tokens, and disconnected there."""
        assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
        taken = [pairings.take_back(pairing, request.user) for pairing in queryset]
        late = taken.count(False)
        self.message_user(request, f"{taken.count(True)} taken back.", messages.SUCCESS)
        if late:
            self.message_user(request, f"{late} had come before: disconnect them under Tokens.", messages.WARNING)

    def has_take_back_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser
