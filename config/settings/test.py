"""The suite: servers of its own, found by the variables the suite sets (``tests/engine.py``)."""

import os

from config import environment
from config.settings.base import *
from config.settings.base import BASE_DIR, mail_settings

DEBUG = False
SECRET_KEY = "only-the-test-suite-signs-with-this-key-0123456789"  # noqa: S105
BASE_URL = "http://testserver"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
TIME_ZONE = environment.time_zone(os.environ, default="Asia/Shanghai")

DATABASES = {"default": environment.database(os.environ, BASE_DIR, default="sqlite:///var/test.sqlite3")}
# A file, so that a second process of a test can open the same database.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": DATABASES["default"]["NAME"]}
CELERY_BROKER_URL = environment.redis_url(os.environ, default="redis://127.0.0.1:1/0")
CELERY_TIMEZONE = TIME_ZONE
MAIL_TRANSPORT = environment.mail_transport(os.environ, BASE_DIR, "http://tracker.test", default="file:var/test-mail")
globals().update(mail_settings(MAIL_TRANSPORT))

# Hashing slowly protects people; a test's people need no protection.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
