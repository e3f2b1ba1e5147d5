"""Who may do what."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, User

from panel.models import Agent

SUPERVISOR, ADMIN, AUDITOR = "supervisor", "admin", "auditor"
NO_PASSWORDS = ("dialer__password", "dialer__non_agent_password")
"""Pages and sockets have no use for them, and go on where a key is missing that would decrypt them."""
ROLES = (SUPERVISOR, ADMIN, AUDITOR)


def name_of(user: User) -> str:
    """What a person is called on pages: the full name, or else the login."""
    return user.get_full_name() or user.get_username()


def agent_of(user: AbstractBaseUser | AnonymousUser) -> Agent | None:
    """The agent that logs in as this active user, with board and dialer, or None."""
    if not user.is_active:
        return None
    agents = Agent.objects.select_related("user", "dialer", "board").defer(*NO_PASSWORDS)
    return agents.filter(user_id=user.pk).first()


def roles_of(user: User | AnonymousUser) -> frozenset[str]:
    """The roles of a person: supervisor, admin, auditor by their groups; a superuser is an admin."""
    if not user.is_active:
        return frozenset()
    named = set(user.groups.filter(name__in=ROLES).values_list("name", flat=True))
    return frozenset(named | ({ADMIN} if user.is_superuser else set()))
