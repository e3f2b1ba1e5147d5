"""Django's settings. What differs between installations comes from the environment (`config.env`, `.env.example`)."""

import base64
import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from agentapi.pace import Pace
from config.env import Environment, password_of
from config.logs import logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent

_env = Environment()

# --- Security ---------------------------------------------------------------------------------------------------------

DEBUG = _env.flag("DEBUG")

# INSECURE: everybody can read these two here. They serve only where DEBUG is on and nothing better was given; with
# DEBUG off both are refused.
_DEVELOPMENT_SECRET_KEY = "django-insecure-clipdeck-development-key-that-everybody-can-read"  # noqa: S105 - on purpose
_DEVELOPMENT_ENCRYPTION_KEY = base64.urlsafe_b64encode(
    hashlib.sha256(b"insecure clipdeck development key").digest()
).decode()

SECRET_KEY = _env.secret_key(insecure=_DEVELOPMENT_SECRET_KEY if DEBUG else None)
ENCRYPTION_KEYS = _env.encryption_keys(insecure=_DEVELOPMENT_ENCRYPTION_KEY, allow_insecure=DEBUG)

ALLOWED_HOSTS = _env.hosts("ALLOWED_HOSTS", default=("localhost", "127.0.0.1", "[::1]"))
CSRF_TRUSTED_ORIGINS = _env.origins("CSRF_TRUSTED_ORIGINS")
# The default is the id that the key in extension/manifest.json gives.
EXTENSION_ORIGINS = _env.extension_origins(
    "EXTENSION_ORIGINS", default=("chrome-extension://aelpoehmpbiehbijfobiodkejdcjjgmf",)
)
# Where VICIdial's agent screen is, if agents open it under another name than that of its API.
EMBED_ORIGINS = _env.origins("EMBED_ORIGINS")
METRICS_TOKEN = _env.token("METRICS_TOKEN")
DIALER_HOSTS = _env.reach("DIALER_HOSTS")
TRUSTED_PROXIES = _env.networks("TRUSTED_PROXIES", default=("127.0.0.0/8", "::1"))

# In the database, where open sockets find out that theirs was ended (panel/selectors/rights.py). A login lapses two
# weeks after its last use, give or take a day, and not in the middle of a shift. To look at a page writes nothing.
SESSION_ENGINE = "config.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "panel.views.pages.csrf_failure"
# In production a proxy in front speaks TLS and says so in this header. From whoever is no proxy of ours it never comes
# this far (config/proxies.py).
SECURE_PROXY_SSL_HEADER = None if DEBUG else ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = not DEBUG
CSRF_COOKIE_SECURE = not DEBUG
SECURE_SSL_REDIRECT = not DEBUG
# Probes and VICIdial's agents' browsers speak plain http, and neither follows a redirect.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$", r"^hooks/"]
SECURE_HSTS_SECONDS = 0 if DEBUG else int(timedelta(days=365).total_seconds())
# Both would bind names that are not ours to bind: those below the panel's own, and for ever, in the browsers' own list.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# --- Applications -----------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    # Before staticfiles, whose runserver it replaces by one that speaks websockets.
    "daphne",
    # Before the admin and simple_history, whose templates these replace.
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.simple_history",
    "config.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "simple_history",
    "panel",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.csp.ContentSecurityPolicyMiddleware",
    "config.plain.PlainTextMiddleware",
    # Outside of all that reads or sets cookies.
    "panel.embedding.EmbeddingMiddleware",
    "config.sessions.RenewingSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# The history is there to be looked at. What stood there once may not even be valid any more.
SIMPLE_HISTORY_REVERT_DISABLED = True

UNFOLD = {
    "SITE_TITLE": "Clipdeck",
    "SITE_HEADER": "Clipdeck",
    "SITE_URL": "/",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "/static/panel/icon.svg"}],
}

# --- Logging in -------------------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["panel.passwords.CountedBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"

# --- Database and channel layer ---------------------------------------------------------------------------------------

_DATABASE = _env.database("DATABASE_URL", base=BASE_DIR, default="sqlite:///db.sqlite3")
if _DATABASE["ENGINE"].endswith("sqlite3"):
    # Tests need a file too: threads share a database in memory only through a cache that locks whole tables.
    _DATABASE["TEST"] = {"NAME": str(BASE_DIR / "test.sqlite3")}
DATABASES = {"default": _DATABASE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = _env.redis("REDIS_URL")
CHANNEL_LAYERS: dict[str, dict[str, Any]] = {"default": {"BACKEND": "panel.layers.ScalingInMemoryLayer"}}
if REDIS_URL:
    CHANNEL_LAYERS["default"] = {
        "BACKEND": "panel.redis_layer.LastingRedisLayer",
        # What is published reaches all databases of a Redis. Two installations that share one must not hear each other.
        "CONFIG": {
            "hosts": [REDIS_URL],
            "prefix": "clipdeck." + hashlib.sha256(f"channel layer {SECRET_KEY}".encode()).hexdigest()[:16],
        },
    }

# --- What VICIdial is asked, and how often ----------------------------------------------------------------------------

WATCH_PACE = Pace(
    idle=timedelta(seconds=_env.number("WATCH_IDLE_SECONDS", 30, least=5, most=3600)),
    active=timedelta(seconds=_env.number("WATCH_ACTIVE_SECONDS", 15, least=5, most=3600)),
    unconfirmed=_env.number("WATCH_UNCONFIRMED_CALLS", 8, least=2, most=20),
)
# The floor does not tell of recordings: seldom, and when a status changes, each agent is asked about all the same.
WATCH_TOLD_EVERY = WATCH_PACE.idle * 10 if WATCH_PACE.idle else None
WATCH_FLOOR_EVERY = timedelta(seconds=_env.number("WATCH_FLOOR_SECONDS", 5, least=1, most=60))
WATCH_CALLS_PER_SECOND = _env.number("WATCH_CALLS_PER_SECOND", 10, least=1, most=1000)

# --- How long what is kept (manage.py prune) --------------------------------------------------------------------------

# Whoever calls consumers in the United States keeps records for five years (16 CFR 310.5).
KEEP_DAYS = {
    "clicks": _env.number("KEEP_CLICKS_DAYS", 1827, least=30, most=36525),
    "alerts": _env.number("KEEP_ALERTS_DAYS", 365, least=7, most=36525),
    "versions": _env.number("KEEP_VERSIONS_DAYS", 1827, least=30, most=36525),
    "extensions": _env.number("KEEP_EXTENSIONS_DAYS", 90, least=1, most=36525),
}

# --- Static files, language, time -------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Served straight from where they lie, in every mode, so that no installation can forget collectstatic.
WHITENOISE_USE_FINDERS = True

LANGUAGE_CODE = "en-us"
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

# --- Logging ----------------------------------------------------------------------------------------------------------

LOGGING = logging_settings(
    debug=DEBUG,
    secrets=[SECRET_KEY, *ENCRYPTION_KEYS, METRICS_TOKEN, *map(password_of, (_env.text("DATABASE_URL"), REDIS_URL))],
)
