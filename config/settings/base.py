"""What holds everywhere. ``local``, ``test`` and ``production`` say where the outside world is."""

from pathlib import Path
from typing import Any

from config.environment import MailTransport
from config.schedule import SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR = BASE_DIR / "var"

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The tracker comes first, so that its templates win over the admin's own.
INSTALLED_APPS = [
    "tracker",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "corsheaders",
    "django_fsm",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "standards",
    "config",
]

MIDDLEWARE = [
    "config.health.HealthMiddleware",
    "config.security.ContentSecurityPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
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

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True

# Reminders are due at this hour of the day, on the clocks of whoever gets them.
REMINDER_HOUR = 8

STATIC_URL = "/static/"

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
SESSION_COOKIE_AGE = 8 * 3600
X_FRAME_OPTIONS = "DENY"

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "NUM_PROXIES": 0,
    "URL_FORMAT_OVERRIDE": None,
}

# What each address, and each token, may ask in a minute; a poll answered with 304 is not counted.
API_REQUESTS_A_MINUTE = {"anonymous": 600, "token": 1200}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Standards pipeline",
    "DESCRIPTION": "Where every standard project of the committee stands, what is due, and what has changed.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [],
    "SORT_OPERATIONS": False,
    "SORT_OPERATION_PARAMETERS": False,
}

# Whoever may read the public API may read it from a page of their own; no cookie ever crosses.
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS"]
CORS_ALLOW_HEADERS = ["accept", "accept-language", "authorization", "if-none-match"]
CORS_EXPOSE_HEADERS = ["ETag", "Location", "RateLimit", "RateLimit-Policy", "Retry-After"]

# Tasks are alarm clocks: they carry no arguments and no results, and a lost one costs an interval and nothing else.
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_DEFAULT_QUEUE = "tracker"
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SOFT_TIME_LIMIT = 100
CELERY_TASK_TIME_LIMIT = 110
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 120,
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 25,
}
CELERY_BEAT_SCHEDULER = "config.celery:Beat"
CELERY_BEAT_SCHEDULE = SCHEDULE
BEAT_ALIVE_FILE = VAR / "beat-alive"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "config.log.OneLine",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"django": {"handlers": [], "level": "INFO"}},
}


def mail_settings(transport: MailTransport) -> dict[str, Any]:
    """Django's own mail settings for ``transport``, which its password letters use."""
    backends = {"smtp": "smtp.EmailBackend", "file": "filebased.EmailBackend", "console": "console.EmailBackend"}
    return {
        "EMAIL_BACKEND": f"django.core.mail.backends.{backends[transport.kind]}",
        "EMAIL_HOST": transport.host,
        "EMAIL_PORT": transport.port,
        "EMAIL_HOST_USER": transport.user,
        "EMAIL_HOST_PASSWORD": transport.password,
        "EMAIL_USE_TLS": transport.security == "starttls",
        "EMAIL_USE_SSL": transport.security == "tls",
        "EMAIL_TIMEOUT": transport.timeout,
        "EMAIL_FILE_PATH": str(transport.folder) if transport.folder else None,
        "DEFAULT_FROM_EMAIL": transport.sender,
        "SERVER_EMAIL": transport.sender,
    }
