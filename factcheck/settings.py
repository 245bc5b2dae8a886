"""All settings, from the environment only (``CHECKDESK_…``, read by ``factcheck.env``).

One file for every place that the desk runs in. Without ``CHECKDESK_TRIAL=1`` it is production:
PostgreSQL, Redis, HTTPS, and no start without a secret key. ``factcheck.checks`` refuses what is
unsafe. The names below are what the rest of the code reads; it never reads the environment.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from django.utils.translation import gettext_lazy as _

from factcheck import trial
from factcheck.env import Env, database, redis_database

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# --- Where this desk runs ------------------------------------------------------------------------

TRIAL = env.flag("TRIAL")
DEMO = env.flag("DEMO")
"""Show the sample sign-ins on the login page."""
DEBUG = env.flag("DEBUG")
BEHIND_PROXY = env.flag("BEHIND_PROXY")
"""A proxy of ours sets X-Forwarded-Proto and drops what the outside sent under that name."""

DATA_DIR = env.path("DATA_DIR", BASE_DIR / "var")
SITE_DIR = env.path("SITE_DIR", DATA_DIR / "site")
PORT = env.number("PORT", 8000)
PUBLIC_ORIGIN = (
    env.text("PUBLIC_ORIGIN", f"http://127.0.0.1:{PORT}")
    if TRIAL
    else env.required("PUBLIC_ORIGIN", "links on public pages begin with it, https://desk.example.")
).rstrip("/")
SECURE_ORIGIN = urlsplit(PUBLIC_ORIGIN).scheme == "https"
ORIGIN_HOST = urlsplit(PUBLIC_ORIGIN).hostname or ""

SECRET_KEY = (
    env.text("SECRET_KEY") or trial.secret_key(DATA_DIR)
    if TRIAL
    else env.required(
        "SECRET_KEY",
        'sessions are signed with it. Make one with: python3 -c "import secrets; '
        'print(secrets.token_urlsafe(64))"',
    )
)

# --- The desk ------------------------------------------------------------------------------------

DESK_NAME = env.text("DESK_NAME", "Check Desk")
SIGNOFFS_REQUIRED = env.number("SIGNOFFS_REQUIRED", 1)
FETCH_ALLOW = env.listed("FETCH_ALLOW")
"""Addresses inside our own network that the fetcher may reach all the same, for everybody who imports."""
SEND_ALLOW = env.listed("SEND_ALLOW")
"""Addresses inside our own network that administrators may have messages sent to."""
MAX_UPLOAD_BYTES = 20 * 1024 * 1024

# --- Django --------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "factcheck",
    "factcheck.accounts",
    "factcheck.audit",
    "factcheck.jobs",
    "factcheck.api",
    "assist",
    "articles",
    "reviews",
    "publishing",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "factcheck.gesture.GestureMiddleware",
    "factcheck.refusals.RefusalLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "factcheck.middleware.StaffPagesMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "factcheck.middleware.LimitsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "factcheck.middleware.DatabaseAwayMiddleware",
    "factcheck.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "factcheck.urls"
WSGI_APPLICATION = "factcheck.wsgi.application"

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
                "factcheck.context.desk",
                "reviews.shell.shell",
            ],
        },
    },
]

# --- People --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["factcheck.accounts.backends.NameOrEmailBackend"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "desk:home"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]

# --- Data ----------------------------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {
    "default": database(
        env.text("DATABASE_URL", f"sqlite://{quote(str(DATA_DIR))}/desk.sqlite3")
        if TRIAL
        else env.required("DATABASE_URL", "postgres://user:password@host/name")
    )
}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # No request may hold a row, or wait for one, longer than a person would wait for the answer.
    DATABASES["default"]["OPTIONS"]["options"] = (
        f"-c statement_timeout={env.number('STATEMENT_TIMEOUT_MS', 30_000)}"
        f" -c lock_timeout={env.number('LOCK_TIMEOUT_MS', 10_000)}"
        " -c idle_in_transaction_session_timeout=60000"
        # Our widest queries join nine or ten tables, nearly all by primary key. Weighing every order of
        # eight of them, as is the default, takes ten times as long as the answer (docs/performance.md).
        " -c join_collapse_limit=6"
        # Compiling a query takes longer than any of ours runs.
        " -c jit=off"
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = (
    env.text("REDIS_URL", f"unix://{trial.broker_socket(DATA_DIR)}")
    if TRIAL
    else env.required("REDIS_URL", "redis://host:6379")
)

MEDIA_ROOT = env.path("MEDIA_DIR", DATA_DIR / "media")
STATIC_URL = "/static/"
STATIC_ROOT = None if TRIAL else env.path("STATIC_DIR", DATA_DIR / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if TRIAL
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = TRIAL
WHITENOISE_MAX_AGE = 0 if TRIAL else 3600

CACHES = {
    "default": {
        "BACKEND": "factcheck.cache.ForgivingRedisCache",
        "LOCATION": redis_database(REDIS_URL, 2),
        "KEY_PREFIX": "desk",
        "OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2},
    }
}

# --- Background work -----------------------------------------------------------------------------

CELERY_BROKER_URL = (
    REDIS_URL.replace("unix://", "redis+socket://", 1) if REDIS_URL.startswith("unix") else REDIS_URL
)
_REDELIVERY = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Whoever answers a person: one try, and no wait for an answer that does not come.
    **_REDELIVERY,
    "socket_timeout": 0.3,
    "socket_connect_timeout": 0.3,
    "max_retries": 0,
    "connect_retries_timeout": 0.3,
}
CELERY_WORKER_TRANSPORT_OPTIONS = {
    **_REDELIVERY,
    "socket_timeout": 15,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
}
CELERY_BROKER_CONNECTION_TIMEOUT = 0.3
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 40
CELERY_TASK_SOFT_TIME_LIMIT = 30
# What waits for other people's servers and reads their documents has a queue and workers of its own, so
# that fifty sites that do not answer hold up no publication. A worker that is not told serves both.
# Webhooks wait for others too; beside the imports, for a worker takes from its queues in turn, and a message
# must not come after ten thousand of them.
CELERY_TASK_QUEUES: dict[str, dict[str, Any]] = {"celery": {}, "imports": {}, "webhooks": {}}
CELERY_TASK_ROUTES = {
    "articles.tasks.*": {"queue": "imports"},
    "publishing.tasks.send_deliveries": {"queue": "webhooks"},
}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TIMEZONE = "UTC"
ALIVE_FILE = env.text("ALIVE_FILE")
"""Touched by workers and the clock whenever they get something done; for a supervisor."""
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "factcheck.jobs.tasks.sweep",
        "schedule": 10.0,
        "options": {"expires": 10, "ignore_result": True},
    },
    "look-alive": {"task": "articles.tasks.look_alive", "schedule": 30.0},
    "show-changes": {"task": "publishing.tasks.show_changes", "schedule": 120.0},
    "compare-waiting": {
        "task": "articles.tasks.compare_waiting",
        "schedule": 30.0,
        "options": {"expires": 30, "ignore_result": True},
    },
    "tell-endpoints": {
        "task": "publishing.tasks.tell_endpoints",
        "schedule": 10.0,
        "options": {"expires": 10, "ignore_result": True},
    },
    "ask-for-rechecks": {"task": "reviews.tasks.ask_for_rechecks", "schedule": 600.0},
    "repair_site": {"task": "publishing.tasks.repair_site", "schedule": 3600.0},
    "forget-answers": {"task": "factcheck.api.tasks.forget_answers", "schedule": 3600.0},
}

# --- What a browser is told ----------------------------------------------------------------------

ALLOWED_HOSTS = env.listed(
    "ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]", ORIGIN_HOST] if TRIAL else [ORIGIN_HOST]
)
USE_X_FORWARDED_HOST = False
CSRF_TRUSTED_ORIGINS = [PUBLIC_ORIGIN]
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SECURE_SSL_REDIRECT = SECURE_ORIGIN and not TRIAL
SECURE_SSL_HOST = urlsplit(PUBLIC_ORIGIN).netloc
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 0 if TRIAL else env.number("HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not TRIAL
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not TRIAL
SESSION_COOKIE_NAME = "sessionid" if TRIAL else "__Host-sessionid"
CSRF_COOKIE_NAME = "csrftoken" if TRIAL else "__Host-csrftoken"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 7 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_UPLOAD_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# --- Language and time ---------------------------------------------------------------------------

LANGUAGE_CODE = env.text("LANGUAGE", "en")
LANGUAGES = [("en", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", "UTC")

# --- REST ----------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "factcheck.api.authentication.TokenAuthentication",
        "factcheck.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["factcheck.api.permissions.DeskPermission"],
    "DEFAULT_PARSER_CLASSES": ["factcheck.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "factcheck.api.pagination.CursorPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": ["factcheck.api.throttling.PersonThrottle"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "factcheck.api.problems.handle",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "DATETIME_FORMAT": "iso-8601",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Check Desk API",
    "DESCRIPTION": "Import articles, flag claims, research, sign off and publish fact-checks.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "JobStatus": "factcheck.jobs.models.JobStatus",
        "Origin": "articles.models.Import.Kind",
        "ReviewStatus": "reviews.models.Review.Status",
        "ReviewState": "reviews.states.WORDS",
        "ReadingMarkKind": "articles.models.ReadingMark.Kind",
        "SourceKind": "reviews.models.Source.Kind",
        "PublicationState": "publishing.models.Publication.State",
        "EditionKind": "publishing.models.Edition.Kind",
        "LaterEditionKind": ["update", "correction"],
        "MessageKind": "publishing.webhooks.kinds.Kind",
        "DeliveryKind": "publishing.webhooks.kinds.WITH_TEST",
        "DeliveryStatus": "publishing.webhooks.models.Delivery.Status",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "factcheck.api.schema.add_conventions",
    ],
}
API_CALLS_PER_MINUTE = env.number("API_CALLS_PER_MINUTE", 1200)
"""By one person, with all their tokens and sessions."""

# --- Logs ----------------------------------------------------------------------------------------

LOGGING_CONFIG = "factcheck.logs.configure"
LOGGING = {"as_json": env.flag("LOG_JSON", not TRIAL), "level": env.text("LOG_LEVEL", "INFO")}
