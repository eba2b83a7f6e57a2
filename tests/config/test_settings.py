import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from config.environment import MailTransport
from config.settings.base import mail_settings

ROOT = Path(__file__).parents[2]
SITE = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "kX3vQ9sLm2Zr8TtYp5WnBc7HdFj4GaEu6RiOoPqSxVyNzMbCw1",
    "DATABASE_URL": "postgres://tracker:secret@db:5432/tracker",
    "REDIS_URL": "redis://redis:6379/0",
    "EMAIL_URL": "smtp://mail:25",
    "BASE_URL": "https://standards.example.org",
    "TRUSTED_PROXIES": "1",
}


def run(*arguments: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "BASE_URL"])
def test_production_does_not_start_without(name: str) -> None:
    environ = {key: value for key, value in SITE.items() if key != name}
    result = run("-c", "import config.settings.production", environ=environ)
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].startswith(
        f"django.core.exceptions.ImproperlyConfigured: {name} is not set. "
    )


def test_a_command_tells_a_setting_that_cannot_be_right_in_one_sentence() -> None:
    result = run("manage.py", "migrate", environ=SITE | {"TIME_ZONE": "Mars"})
    assert result.returncode == 1
    assert result.stderr.startswith("TIME_ZONE is 'Mars', which is no time zone known here. ")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("module", ["wsgi", "celery"])
def test_a_server_process_takes_the_production_settings_by_itself(module: str) -> None:
    environ = {key: value for key, value in SITE.items() if key != "DJANGO_SETTINGS_MODULE"}
    program = f"import config.{module}; from django.conf import settings; print(settings.BASE_URL)"
    result = run("-c", program, environ=environ)
    assert result.stdout == "https://standards.example.org\n", result.stderr


def test_the_command_line_needs_no_environment_at_all() -> None:
    result = run("manage.py", "diffsettings", "--output=unified", environ={})
    assert "+ BASE_URL = 'http://localhost:8000'" in result.stdout, result.stderr
    assert "tracker.sqlite3" in result.stdout


def test_production_passes_the_deployment_checks() -> None:
    result = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", environ=SITE)
    assert result.returncode == 0, result.stderr


def test_a_site_without_tls_sends_its_cookies_without_it() -> None:
    program = "from config.settings.production import *; print(SESSION_COOKIE_SECURE, SECURE_HSTS_SECONDS)"
    result = run("-c", program, environ={**SITE, "BASE_URL": "http://tracker.example.org", "TRUSTED_PROXIES": "0"})
    assert result.stdout == "False 0\n", result.stderr


def test_forwarded_headers_are_believed_only_from_proxies_of_our_own() -> None:
    program = "from config.settings import production as p; print(hasattr(p, 'SECURE_PROXY_SSL_HEADER'))"
    assert run("-c", program, environ=SITE).stdout == "True\n"
    assert run("-c", program, environ={**SITE, "TRUSTED_PROXIES": "0"}).stdout == "False\n"


def test_djangos_own_letters_take_the_same_way_as_ours() -> None:
    transport = MailTransport("smtp", "mail", 587, "u", "p", "starttls", timeout=5, sender="t@example.org")
    own = mail_settings(transport)
    assert (own["EMAIL_HOST"], own["EMAIL_PORT"], own["EMAIL_USE_TLS"], own["EMAIL_USE_SSL"]) == (
        "mail",
        587,
        True,
        False,
    )
    assert (own["EMAIL_HOST_USER"], own["EMAIL_HOST_PASSWORD"], own["EMAIL_TIMEOUT"]) == ("u", "p", 5)
    assert own["DEFAULT_FROM_EMAIL"] == "t@example.org"


def test_tasks_are_json_without_results_and_expire_before_the_next_look() -> None:
    assert settings.CELERY_ACCEPT_CONTENT == ["json"]
    assert settings.CELERY_TASK_IGNORE_RESULT
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["options"]["expires"] < entry["schedule"]


def test_a_process_that_cannot_reach_its_database_is_not_ready() -> None:
    program = (
        "import django; django.setup(); from config.health import readyz; response = readyz();"
        "print(response.status_code, response.content.decode())"
    )
    result = run("-c", program, environ={**SITE, "DATABASE_URL": "postgres://u:p@127.0.0.1:1/x"})
    assert result.stdout.startswith("503 "), result.stderr
    assert '"database": "unreachable", "migrations": "unknown"' in result.stdout
