"""A real site: every address and the key come from the environment, and a missing or wrong one stops the start.

The image, ``config.wsgi`` and ``config.celery`` use these settings unless ``DJANGO_SETTINGS_MODULE`` says otherwise.
"""

import os

from config import environment
from config.settings.base import *
from config.settings.base import BASE_DIR, REST_FRAMEWORK, mail_settings

DEBUG = False
SECRET_KEY = environment.secret_key(os.environ)
BASE_URL = environment.base_url(os.environ)
ALLOWED_HOSTS = environment.allowed_hosts(os.environ, BASE_URL)
CSRF_TRUSTED_ORIGINS = [BASE_URL]
TIME_ZONE = environment.time_zone(os.environ, default="Asia/Shanghai")

DATABASES = {"default": environment.database(os.environ, BASE_DIR)}
CELERY_BROKER_URL = environment.redis_url(os.environ)
CELERY_TIMEZONE = TIME_ZONE
MAIL_TRANSPORT = environment.mail_transport(os.environ, BASE_DIR, BASE_URL)
globals().update(mail_settings(MAIL_TRANSPORT))

STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# A site whose address is https keeps its cookies and itself to https; the scheme of a request is known only from a
# proxy of our own, so redirecting without one would go in circles.
ENCRYPTED = BASE_URL.startswith("https://")
PROXIES = environment.trusted_proxies(os.environ)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENCRYPTED
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    REST_FRAMEWORK["NUM_PROXIES"] = PROXIES
SECURE_SSL_REDIRECT = ENCRYPTED and PROXIES > 0
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if ENCRYPTED else 0
# Whether other sites share our domain is not ours to know, so HSTS speaks for this host alone.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
