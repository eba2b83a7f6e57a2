"""One machine, nothing to set up: SQLite, mail into ``var/mail``, and a key that this machine makes for itself.

``manage.py`` uses these settings unless ``DJANGO_SETTINGS_MODULE`` says otherwise.
"""

import os

from config import environment
from config.settings.base import *
from config.settings.base import BASE_DIR, VAR, mail_settings

VAR.mkdir(exist_ok=True)

DEBUG = environment.flag(os.environ, "DEBUG")
SECRET_KEY = os.environ.get("SECRET_KEY", "").strip() or environment.own_secret_key(VAR / "secret-key")
BASE_URL = environment.base_url(os.environ, default="http://localhost:8000")
ALLOWED_HOSTS = [*environment.allowed_hosts(os.environ, BASE_URL), "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
TIME_ZONE = environment.time_zone(os.environ, default="Asia/Shanghai")

DATABASES = {"default": environment.database(os.environ, BASE_DIR, default="sqlite:///var/tracker.sqlite3")}
CELERY_BROKER_URL = environment.redis_url(os.environ, default="redis://127.0.0.1:6379/0")
CELERY_TIMEZONE = TIME_ZONE
MAIL_TRANSPORT = environment.mail_transport(os.environ, BASE_DIR, BASE_URL, default="file:var/mail")
globals().update(mail_settings(MAIL_TRANSPORT))

# Static files come straight from the source tree, so that nothing has to be collected.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
