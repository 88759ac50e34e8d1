"""Configuration of an installation, read from the environment (twelve factors, one file).

docs/operators/configuration.md names every variable read here; a test holds the two together.
`production` is the default, so that whoever sets nothing gets the strict house.
"""

import ipaddress
import os
import secrets
import tempfile
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from insek.config.logs import logging_config

PACKAGE_DIR = Path(__file__).resolve().parent.parent

# --- Which house is this? -------------------------------------------------------------------------------------------

INSEK_ENV = os.environ.get("INSEK_ENV") or ("test" if "PYTEST_VERSION" in os.environ else "production")
if INSEK_ENV not in {"production", "demo", "development", "test"}:
    raise ImproperlyConfigured(
        f"INSEK_ENV={INSEK_ENV!r}: erlaubt sind production, demo, development und test."
    )
PRODUCTION = INSEK_ENV == "production"
DEBUG = INSEK_ENV == "development"

_default_data_dir = (
    Path(tempfile.gettempdir()) / f"insek-test-{os.getpid()}" if INSEK_ENV == "test" else Path("data")
)
INSEK_DATA_DIR = Path(os.environ.get("INSEK_DATA_DIR") or _default_data_dir).resolve()

MINIMAL_SECRET_LENGTH = 50  # characters; config/checks.py looks at it again


def _secret_key() -> str:
    """Return the key that signs sessions; production must bring its own, demo and development keep one in the data dir."""
    key = os.environ.get("INSEK_SECRET_KEY", "")
    if PRODUCTION and len(key) < MINIMAL_SECRET_LENGTH:
        raise ImproperlyConfigured(
            f"INSEK_SECRET_KEY fehlt oder ist kürzer als {MINIMAL_SECRET_LENGTH} Zeichen. Einen neuen Schlüssel erzeugt:\n"
            '    python -c "import secrets; print(secrets.token_urlsafe(60))"\n'
            "Zum Ausprobieren ohne eigene Einstellungen: insek demo"
        )
    if key or INSEK_ENV == "test":
        return key or "only-for-tests-" + "x" * MINIMAL_SECRET_LENGTH
    file = INSEK_DATA_DIR / "secret-key"
    if not file.exists():
        INSEK_DATA_DIR.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(60), encoding="ascii")
    return file.read_text(encoding="ascii").strip()


SECRET_KEY = _secret_key()

INSEK_ORIGIN = os.environ.get("INSEK_ORIGIN", "").rstrip("/")
INSEK_HOSTS = [host.strip() for host in os.environ.get("INSEK_HOSTS", "").split(",") if host.strip()]
LOOPBACK = [
    "localhost",
    "127.0.0.1",
    "[::1]",
]  # not in production: /healthz and /readyz need no host name
ALLOWED_HOSTS = [*INSEK_HOSTS, *([] if PRODUCTION else LOOPBACK)]
CSRF_TRUSTED_ORIGINS = [INSEK_ORIGIN] if INSEK_ORIGIN else []


def _networks(text: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Return addresses and networks given with commas between them."""
    try:
        return [ipaddress.ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip()]
    except ValueError as error:
        raise ImproperlyConfigured(f"INSEK_TRUSTED_PROXIES: {error}") from error


INSEK_TRUSTED_PROXIES = _networks(os.environ.get("INSEK_TRUSTED_PROXIES") or "127.0.0.0/8,::1")

# --- Rooms ----------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "insek.people",
    "insek.concept",
    "insek.thread",
    "insek.jobs",
    "insek.web",
    "insek.release",
    "insek.items",
    "insek.notices",
    "insek.intake",
    "insek.documents",
    "insek.suggestions",
    "insek.places",
    "insek.evidence",
    "insek.plans",
    "insek.participation",
    "insek.findings",
    "insek.strategy",
    "insek.space",
    "insek.council",
    "insek.steering",
    "insek.publish",
    "insek.publish.duties",
    "insek.publish.progress",
    "insek.config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.forms",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "rules",
]

MIDDLEWARE = [
    "insek.people.visitors.TrustedProxyMiddleware",
    "insek.web.health.HealthMiddleware",
    "insek.web.middleware.RequestLogMiddleware",
    "insek.web.middleware.HeadMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "insek.web.compressed.StaticFilesMiddleware",
    "insek.web.compressed.CompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "insek.web.middleware.BodyLimitMiddleware",
    "insek.web.busy.ReplacementMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "insek.people.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "insek.people.sessions.SessionLifetimeMiddleware",
    "insek.council.working.EditionWorkMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "insek.config.urls"
WSGI_APPLICATION = "insek.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "insek.web.context.page_context",
            ],
        },
    },
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # with templates/django/forms/widgets/attrs.html

# --- Data -----------------------------------------------------------------------------------------------------------

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;",
}


def _database() -> dict[str, Any]:
    """Return Django's description of the database: SQLite in the data dir, or what INSEK_DATABASE_URL names."""
    url = os.environ.get("INSEK_DATABASE_URL", "")
    if not url or url.startswith("sqlite"):
        name = dj_database_url.parse(url)["NAME"] if url else INSEK_DATA_DIR / "insek.sqlite3"
        if INSEK_ENV == "test" and not url:
            name = ":memory:"
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(name),
            "OPTIONS": SQLITE_OPTIONS,
            "CONN_MAX_AGE": None,  # opening a file anew for each request costs more than most of its queries
        }
    database: dict[str, Any] = {**dj_database_url.parse(url)}
    database["CONN_HEALTH_CHECKS"] = True  # a connection the server dropped is replaced before it is used
    # what people.prepared asks is planned once, for any values; no query is compiled, as PostgreSQL would without statistics
    options = {**database.get("OPTIONS", {}), "prepare_threshold": 2}
    planning = "-c jit=off -c plan_cache_mode=force_generic_plan"
    options["options"] = f"{options.get('options', '')} {planning}".strip()
    database["OPTIONS"] = options
    if INSEK_ENV != "test":
        pool = {"min_size": 1, "max_size": 8, "timeout": 10}
        options["pool"] = pool
    return database


DATABASES = {"default": _database()}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
}
MEDIA_ROOT = INSEK_DATA_DIR / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
INSEK_WORD_TEMPLATE = os.environ.get("INSEK_WORD_TEMPLATE", "")
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000  # a thousand ticked rows, and what else is in their form
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
INSEK_REDIS_URL = os.environ.get("INSEK_REDIS_URL", "")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend"
        if INSEK_ENV == "test"
        else "django_tasks_db.DatabaseBackend",
    },
}

# --- Static files: one tree under one build hash (docs/decisions/0004) -------------------------------------------------

STATIC_ROOT = PACKAGE_DIR / "web" / "static"
_build_file = STATIC_ROOT / "BUILD"
BUILD = _build_file.read_text(encoding="ascii").strip() if _build_file.exists() else "unbuilt"
STATIC_URL = f"/static/{BUILD}/"
# Reading the whole tree takes 17 ms, once for each process; in tests that would be once for each client.
WHITENOISE_AUTOREFRESH = DEBUG or BUILD == "unbuilt" or INSEK_ENV == "test"
WHITENOISE_USE_FINDERS = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/[0-9a-f]{12}/"


def _from_file(name: str) -> str:
    """Return the secret that stands in a file, as container platforms hand them over; empty where none is named."""
    try:
        return Path(name).read_text(encoding="utf-8").strip() if name else ""
    except OSError as error:
        raise ImproperlyConfigured(f"{name}: {error.strerror}.") from error


# --- People ---------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# An account of the city's own sign-in service (OpenID Connect), and second factors: docs/operators/sign-in.md. Of django-allauth
# only what speaks with the service and reckons codes is used; none of its pages has an address here (docs/decisions, two ways in).
INSEK_OIDC_ISSUER = os.environ.get("INSEK_OIDC_ISSUER", "").rstrip("/")
INSEK_OIDC_CLIENT = os.environ.get("INSEK_OIDC_CLIENT", "")
INSEK_OIDC_SECRET = _from_file(os.environ.get("INSEK_OIDC_SECRET_FILE", "")) or os.environ.get(
    "INSEK_OIDC_SECRET", ""
)
INSEK_OIDC_NAME = os.environ.get("INSEK_OIDC_NAME", "")
INSEK_OIDC_SCOPES = (os.environ.get("INSEK_OIDC_SCOPES") or "openid profile email").split()
INSEK_OIDC_GROUPS = os.environ.get("INSEK_OIDC_GROUPS") or "groups"
INSEK_OIDC_LINK = os.environ.get("INSEK_OIDC_LINK") or "never"
INSEK_OIDC_SECOND_FACTOR = os.environ.get("INSEK_OIDC_SECOND_FACTOR") or "own"
SOCIALACCOUNT_ADAPTER = "insek.people.provider.CityAccounts"
SOCIALACCOUNT_ONLY = SOCIALACCOUNT_STORE_TOKENS = SOCIALACCOUNT_AUTO_SIGNUP = False
MFA_ADAPTER = "insek.people.second_factor.KeptSecrets"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # half a minute more and less: clocks of phones differ
MFA_RECOVERY_CODE_DIGITS = 12
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if INSEK_ENV == "test"
    else ["insek.people.hashing.Argon2", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "insek.people.passwords.GuessablePasswordValidator"},
]

# --- Languages ------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("Deutsch")), ("en", _("Englisch"))]
LOCALE_PATHS = [PACKAGE_DIR / "locale"]
FORMAT_MODULE_PATH = "insek.config.formats"
USE_I18N = True
# The day the installation is set to (insek/clock.py): that of the sample in the demo; elsewhere the real day.
DEMO_DAY = "2026-11-28"
_day = os.environ.get("INSEK_DAY") or (DEMO_DAY if INSEK_ENV == "demo" else "")
if _day and PRODUCTION:
    raise ImproperlyConfigured(
        "INSEK_DAY: In production geht die Zeit weiter; der feste Tag ist für die Vorführung."
    )
try:
    INSEK_DAY = date.fromisoformat(_day) if _day else None
except ValueError as error:
    raise ImproperlyConfigured(f"INSEK_DAY={_day!r}: ein Tag in der Form 2026-11-28.") from error

TIME_ZONE = "Europe/Berlin"
USE_TZ = True

# --- Security -------------------------------------------------------------------------------------------------------

INSEK_BASEMAP_STYLE = os.environ.get("INSEK_BASEMAP_STYLE", "")
_basemap = urlsplit(INSEK_BASEMAP_STYLE)
_basemap_host = [f"{_basemap.scheme}://{_basemap.netloc}"] if _basemap.netloc else []

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *_basemap_host],
        "font-src": [SELF],
        "connect-src": [SELF, *_basemap_host],
        "worker-src": [SELF, "blob:"],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
INSEK_EMBED_ORIGINS = [
    origin.strip() for origin in os.environ.get("INSEK_EMBED_ORIGINS", "").split(",") if origin.strip()
]
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0

SESSION_COOKIE_NAME = "__Host-insek" if PRODUCTION else "insek"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_NAME = "__Host-insek-csrf" if PRODUCTION else "insek-csrf"
CSRF_COOKIE_AGE = None  # ends with the browser session
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # sub-domains of a city are not ours to bind to https
    "security.W021",  # nor to enter into browsers' preload lists
]

# --- Mail: all of it from the environment, so that no secret lies in database or backup (docs/decisions, mail by the environment) -----------

MAIL_PORTS = {"starttls": 587, "tls": 465, "none": 25}
INSEK_MAIL_SECURITY = os.environ.get("INSEK_MAIL_SECURITY") or "starttls"
if INSEK_MAIL_SECURITY not in MAIL_PORTS:
    raise ImproperlyConfigured(
        f"INSEK_MAIL_SECURITY={INSEK_MAIL_SECURITY!r}: erlaubt sind starttls, tls und none."
    )
EMAIL_HOST = os.environ.get("INSEK_MAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("INSEK_MAIL_PORT") or MAIL_PORTS[INSEK_MAIL_SECURITY])
EMAIL_USE_TLS, EMAIL_USE_SSL = INSEK_MAIL_SECURITY == "starttls", INSEK_MAIL_SECURITY == "tls"
EMAIL_HOST_USER = os.environ.get("INSEK_MAIL_USER", "")
EMAIL_HOST_PASSWORD = _from_file(os.environ.get("INSEK_MAIL_PASSWORD_FILE", "")) or os.environ.get(
    "INSEK_MAIL_PASSWORD", ""
)
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = "insek.people.mail_server.MailServer"
DEFAULT_FROM_EMAIL = os.environ.get("INSEK_MAIL_FROM", "")

# --- Running --------------------------------------------------------------------------------------------------------

INSEK_HOST = os.environ.get("INSEK_HOST", "127.0.0.1")
INSEK_PORT = int(os.environ.get("INSEK_PORT") or 8000)
INSEK_LARGEST_MAP_FILE = int(os.environ.get("INSEK_LARGEST_MAP_FILE") or 1024)
INSEK_LARGEST_DOCUMENTS = int(os.environ.get("INSEK_LARGEST_DOCUMENTS") or 300)
INSEK_WORKERS = int(os.environ.get("INSEK_WORKERS") or 2)
INSEK_LOG_FORMAT = os.environ.get("INSEK_LOG_FORMAT") or ("json" if PRODUCTION else "plain")
LOGGING = logging_config(log_format=INSEK_LOG_FORMAT, requests=INSEK_ENV in {"production", "development"})
