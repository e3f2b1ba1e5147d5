"""VICIdial's users as the API sees them: passwords, permissions, and the lock after wrong tries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

WRONG_TRIES = 10
LOCK_SECONDS = 900.0
UNSEEN = "HIDDENCAMP"
"""A campaign that the demonstration's users may not see."""
FRENCH: Mapping[str, str] = {
    "NOTICE: not recording": "AVIS: pas d enregistrement",
    "SUCCESS: audio_playback function sent": "SUCCES: fonction envoyee",
    "ERROR: Invalid Username/Password": "ERREUR: Identifiant ou mot de passe invalide",
}
"""English words -> French ones, in answers and refusals (FACTS 1.7, 1.12)."""
LONG_AGO = 978307201.0
"""The last login of somebody who never uses VICIdial's own pages."""


@dataclass(slots=True)
class User:
    """One row of VICIdial's users."""

    name: str
    password: str
    api_access: bool = True
    functions: frozenset[str] | None = None
    """The functions that the user may call; None for all of them."""
    group: str = "ADMIN"
    level: int = 9
    view_reports: bool = True
    active: bool = True
    api_only: bool = False
    """Never logs in to VICIdial's own pages, so that the lock takes twenty tries (FACTS 1.8)."""
    phrases: Mapping[str, str] = field(default_factory=dict)
    """The translation of answers into this user's language (FACTS 1.12)."""
    unseen_campaigns: frozenset[str] = frozenset({UNSEEN})
    unseen_groups: frozenset[str] = frozenset()
    """Whose agents the non-agent API keeps from this user (FACTS 4.3)."""
    failed: int = 0
    last_login: float = LONG_AGO

    def may(self, function: str) -> bool:
        return self.functions is None or function in self.functions

    def sees(self, campaign: str, group: str) -> bool:
        """Whether agents of that campaign and user group are listed to this user (FACTS 4.3)."""
        return campaign not in self.unseen_campaigns and group not in self.unseen_groups

    def translated(self, text: str) -> str:
        """The text in this user's language."""
        for english, other in self.phrases.items():
            text = text.replace(english, other)
        return text


@dataclass(frozen=True, slots=True)
class Login:
    """What became of one login: the two flags and the word that the refusal spells out."""

    auth: bool
    access: bool
    message: str

    @property
    def good(self) -> bool:
        return self.auth and self.access


@dataclass(slots=True)
class Accounts:
    """All users, and the switches that refuse everybody."""

    users: list[User]
    no_active_server: bool = False
    blocked_address: bool = False

    def find(self, name: str) -> User | None:
        """Find a user; the database ignores letter case."""
        return next((user for user in self.users if user.name.lower() == name.lower()), None)

    def log_in(self, name: str, password: str, now: float) -> Login:
        """Check a login at `now`, in epoch seconds, and count it where it is wrong (FACTS 1.7)."""
        user = self.find(name)
        access = user is not None and user.api_access
        if self.no_active_server:
            return Login(False, access, "ERRSERVERS")
        if user is not None and _locked(user, now):
            return Login(False, access, "LOCK")
        if user is None or not user.active or user.password.lower() != password.lower():
            if user is not None:
                _count_wrong(user, now)
            return Login(False, access, _bad(name, password, now))
        if self.blocked_address:
            return Login(False, access, "IPBLOCK")
        return Login(True, access, "GOOD")


def _locked(user: User, now: float) -> bool:
    return user.failed >= WRONG_TRIES and user.last_login >= now - LOCK_SECONDS


def _count_wrong(user: User, now: float) -> None:
    """Count a wrong try; good calls never take one back (FACTS 1.8)."""
    if user.failed >= WRONG_TRIES:
        user.failed, user.last_login = 1, now
        return
    user.failed += 1
    if user.failed == WRONG_TRIES and not user.api_only:
        # Somebody who works in VICIdial's pages has logged in lately, and is locked out at once.
        user.last_login = now


def _bad(name: str, password: str, now: float) -> str:
    """The refusal that gives away the statement with the password in it (FACTS 1.7)."""
    return (
        # Text to be sent, not a statement to be run: the simulator has no database.
        f"BAD|0|api|SELECT count(*) from vicidial_users where user='{name}' and pass='{password}'"  # noqa: S608
        " and user_level > 0 and active='Y' and ( (failed_login_count < 10) or"
        f" (UNIX_TIMESTAMP(last_login_date) < {int(now - LOCK_SECONDS)}) );"
    )


def clean_user(text: str) -> str:
    return re.sub(r"[^-_0-9a-zA-Z]", "", text)


def clean_password(text: str) -> str:
    """Delete what VICIdial deletes from a password before it compares (FACTS 1.11)."""
    return re.sub(r"[^-.+/=_0-9a-zA-Z]", "", text)


def demo_users() -> list[User]:
    """The right login (`apiuser`, `apipass`), and one for each way of being refused."""
    return [
        User("apiuser", "apipass"),
        User("apinone", "apipass", api_access=False),
        User("apirec", "apipass", functions=frozenset({"recording", "stereo_recording"})),
        User("apimono", "apipass", functions=frozenset({"audio_playback", "recording"})),
        User("apistereo", "apipass", functions=frozenset({"stereo_recording"})),
        User("apiinact", "apipass", active=False),
        User("apilist", "apipass"),
        User("apilock", "apipass"),
        User("apifr", "apipass", phrases=FRENCH),
    ]
