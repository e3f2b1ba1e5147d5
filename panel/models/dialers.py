"""A VICIdial server and what is known of the way to it."""

from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from agentapi.capability import Capability
from agentapi.reach import PLAIN_HOST
from panel.models.history import History
from panel.models.hosts import narrowed
from panel.models.secrets import EncryptedTextField


def valid_api_url(value: str) -> None:
    """ValidationError unless this is an http(s) address without credentials, query or fragment, of an allowed host."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise ValidationError("This is not a valid address.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValidationError("Give an address that begins with http:// or https:// and names a host.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValidationError("Give the address without a login, a question mark or a hash.")
    if not PLAIN_HOST.fullmatch(parts.netloc):
        raise ValidationError("The host may hold only letters (A-Z, a-z), digits, dots and dashes, or be an address.")
    if not settings.DIALER_HOSTS.may_name(parts.hostname):
        raise ValidationError(
            f"Clipdeck may not speak to {parts.hostname}. Whoever runs this server can allow it in DIALER_HOSTS."
        )
    if not narrowed().has(parts.hostname):
        raise ValidationError(
            f"Dialers may be on the servers that are listed and on no others. "
            f"Whoever runs this server can add it: manage.py dialer_hosts --add {parts.hostname}"
        )


def server_of(url: str) -> tuple[str, str, int | None]:
    """Whom a password is given to that is sent to this address: scheme, host and port, whatever the path."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        # What was stored before it was checked is no server that anything was ever sent to.
        return "", url, None
    return parts.scheme, parts.hostname or "", port


def valid_timezone(value: str) -> None:
    """ValidationError unless the IANA database knows the zone."""
    if value not in available_timezones():
        raise ValidationError(f'There is no time zone "{value}". Use a name such as America/New_York.')


# VICIdial keeps only letters and digits of the source and wants 2 to 20 of them (FACTS 1.2).
valid_source = RegexValidator(r"\A[0-9A-Za-z]{2,20}\Z", "The source needs 2 to 20 letters (A-Z, a-z) or digits.")
# VICIdial deletes every other character before it compares (FACTS 1.11).
valid_password = RegexValidator(
    r"\A[-.+/=_0-9a-zA-Z]+\Z", "VICIdial passwords hold only letters (A-Z, a-z), digits and - . + / = _"
)


class Dialer(models.Model):
    """A VICIdial server: where its agent API is, how to log in, what it can do, and whether it answers.

    `proved_at` is when its login was first good, `trial_until` how long the one call that tries it may take.
    `doubted_at` is when a call first went unanswered, `probe_at` when a dialer that is away is tried again,
    `version_first` whether a question that needs no login must be answered before the next login is tried,
    `unanswered_logins` how many logins in a row brought an answer without a verdict, `unanswered_floors` the same of
    the non-agent API,
    `tested_at` when an admin last tried the login, `ask_slot` when the budget allows the next question.
    `floor_seen_at` is when the floor was last asked for with success, `floor_ask_at` when it may be asked for again,
    `floor_watched_until` when the last wall will have gone silent, `floor_text` why the floor is not asked for although
    its access is configured.
    `capability` is what is known of its capture function, since `capability_at`; `build` and `clock_ahead_seconds` are
    what the server said of itself at `version_at`. The latter is its local time, read as if it were UTC, minus UTC: a
    start time that VICIdial tells, minus this, is UTC (FACTS 7.1, 7.15). Both are looked at again at `look_again_at`.
    """

    class Capture(models.TextChoices):
        STEREO = "stereo", "stereo_recording"
        MONO = "mono", "recording"

    class Link(models.TextChoices):
        OK = "ok", "answers"
        UNREACHABLE = "unreachable", "cannot be reached"
        LOGIN_REFUSED = "login_refused", "refuses the login"

    name = models.CharField(max_length=60, unique=True)
    url = models.CharField("agent API address", max_length=300, validators=[valid_api_url])
    user = models.CharField("API user", max_length=20)
    password = EncryptedTextField("API password", validators=[valid_password])
    source = models.CharField(max_length=20, default="clipdeck", validators=[valid_source])
    capture = models.CharField(max_length=10, choices=Capture.choices, default=Capture.STEREO)
    take_back_begin = models.BooleanField(
        "take a waiting BEGIN back",
        default=False,
        help_text=(
            "A recording that was asked for without a customer begins by itself in the next call, and VICIdial has no "
            "command that takes it back. A word that it does not know happens to overwrite the wish: an accident of "
            "VICIdial's, which a new version may end. Stereo only."
        ),
    )
    mono_limit_minutes = models.PositiveIntegerField(
        "mono limit, minutes",
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
        help_text="How long VICIdial lets a mono recording run, as its own settings say. Agents are warned before.",
    )
    pause_supported = models.BooleanField(default=True, help_text="Needs Asterisk 1.8 or later.")
    timezone = models.CharField(max_length=60, default="UTC", validators=[valid_timezone])
    non_agent_url = models.CharField("non-agent API address", max_length=300, blank=True, validators=[valid_api_url])
    non_agent_user = models.CharField("non-agent API user", max_length=20, blank=True)
    non_agent_password = EncryptedTextField("non-agent API password", blank=True, validators=[valid_password])

    link = models.CharField(max_length=20, choices=Link.choices, default=Link.OK, editable=False)
    link_since = models.DateTimeField(null=True, editable=False)
    link_text = models.TextField(blank=True, editable=False)
    probe_at = models.DateTimeField(null=True, editable=False)
    proved_at = models.DateTimeField(null=True, editable=False)
    version_first = models.BooleanField(default=False, editable=False)
    unanswered_logins = models.PositiveSmallIntegerField(default=0, editable=False)
    unanswered_floors = models.PositiveSmallIntegerField(default=0, editable=False)
    trial_until = models.DateTimeField(null=True, editable=False)
    doubted_at = models.DateTimeField(null=True, editable=False)
    tested_at = models.DateTimeField(null=True, editable=False)
    ask_slot = models.DateTimeField(null=True, editable=False)
    floor_seen_at = models.DateTimeField(null=True, editable=False)
    floor_ask_at = models.DateTimeField(null=True, editable=False)
    floor_watched_until = models.DateTimeField(null=True, editable=False)
    floor_text = models.TextField(blank=True, editable=False)
    capability = models.CharField(
        "recording",
        max_length=20,
        choices=(
            (Capability.OK.value, "works"),
            (Capability.TOO_OLD.value, "this VICIdial is too old for it"),
            (Capability.SWITCHED_OFF.value, "switched off in VICIdial"),
            (Capability.NO_PERMISSION.value, "the API user has no permission"),
            (Capability.NOT_KNOWN.value, "not known yet"),
        ),
        default=Capability.NOT_KNOWN.value,
        editable=False,
    )
    capability_at = models.DateTimeField("seen", null=True, editable=False)
    build = models.PositiveIntegerField(null=True, editable=False)
    clock_ahead_seconds = models.FloatField(null=True, editable=False)
    version_at = models.DateTimeField("looked at", null=True, editable=False)
    look_again_at = models.DateTimeField(null=True, editable=False)

    history = History()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
