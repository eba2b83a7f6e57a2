"""The environment variables the product is configured by, read once and refused when they cannot be right.

Each reader takes the environment as a mapping and, where there is one, the default that holds when the variable is
unset or empty; without a default the variable must be set. A value that cannot be right raises
``ImproperlyConfigured`` with a sentence naming the variable, what is wrong and what to write instead. No message
repeats a password.
"""

import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import dj_database_url
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from django.http.request import validate_host

Environ = Mapping[str, str]

SAMPLE_SECRET_KEY = "replace-this-sample-by-what-make-secret-prints-or-a-password-generator"  # noqa: S105
SECRET_KEY_LENGTH = 50
SECRET_KEY_VARIETY = 10

SQLITE_OPTIONS = {
    # Readers never wait for the writer, writers queue instead of failing on the upgrade from read to write.
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA busy_timeout=20000;",
}
POSTGRES_OPTIONS = {"connect_timeout": 5}

_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
_MAIL_FORMS = (
    "Write smtp://USER:PASSWORD@HOST:PORT, smtp+tls://… for STARTTLS, smtps://… for TLS from the first byte, "
    "file:var/mail to write mails into a folder, or console: to print them."
)
_SMTP = {"smtp": ("none", 25), "smtp+tls": ("starttls", 587), "smtps": ("tls", 465)}


@dataclass(frozen=True, slots=True)
class MailTransport:
    """Where mail goes. ``kind`` is ``smtp``, ``file`` or ``console``.

    For ``smtp``: ``security`` is ``none``, ``starttls`` or ``tls``, and ``user`` is empty when the server asks for no
    login. For ``file``: ``folder`` is absolute. ``timeout`` is in seconds and holds for each step of the conversation.
    """

    kind: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    security: str = "none"
    folder: Path | None = None
    timeout: int = 30
    sender: str = ""

    def __repr__(self) -> str:
        return f"<MailTransport {self.kind} {self.host or self.folder or ''}>"


def _refuse(name: str, problem: str, remedy: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} {problem}. {remedy}")


def _read(environ: Environ, name: str, default: str | None, remedy: str) -> str:
    value = environ.get(name, "").strip() or default
    if value is None:
        raise _refuse(name, "is not set", remedy)
    return value


def _split(name: str, value: str, remedy: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as error:
        raise _refuse(name, f"is not an address ({error})", remedy) from None
    return parts


def secret_key(environ: Environ) -> str:
    """The signing key of sessions, passwords' reset links and stop links; there is no default."""
    remedy = f"Set it to {SECRET_KEY_LENGTH} or more random characters; `make secret` prints such a key."
    value = _read(environ, "SECRET_KEY", None, remedy)
    if value == SAMPLE_SECRET_KEY:
        raise _refuse("SECRET_KEY", "is the sample from .env.example, which everybody knows", remedy)
    if "django-insecure" in value:
        raise _refuse("SECRET_KEY", "contains 'django-insecure', the mark of a key made for development", remedy)
    if len(value) < SECRET_KEY_LENGTH:
        raise _refuse("SECRET_KEY", f"has {len(value)} characters, too few to be safe", remedy)
    if len(set(value)) < SECRET_KEY_VARIETY:
        raise _refuse("SECRET_KEY", f"uses only {len(set(value))} different characters", remedy)
    return value


def own_secret_key(file: Path) -> str:
    """A random key of this machine, kept in ``file`` for its owner alone; made when first asked for.

    Any number of processes may ask at once: all get the same key.
    """
    if not file.exists():
        with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=file.name) as draft:
            draft.write(secrets.token_urlsafe(60))
            draft.flush()
            with suppress(FileExistsError):
                os.link(draft.name, file)
    return file.read_text(encoding="ascii")


def database(environ: Environ, root: Path, default: str | None = None) -> dict[str, Any]:
    """The settings of the default database; a relative SQLite path is relative to ``root``."""
    remedy = "Write postgres://USER:PASSWORD@HOST:5432/NAME, or sqlite:///var/tracker.sqlite3 for a file."
    value = _read(environ, "DATABASE_URL", default, remedy)
    parts = _split("DATABASE_URL", value, remedy)
    if parts.scheme not in ("postgres", "postgresql", "sqlite"):
        raise _refuse("DATABASE_URL", f"has the scheme '{parts.scheme}', which is no database known here", remedy)
    if parts.path in ("", "/"):
        raise _refuse("DATABASE_URL", "names no database", remedy)
    if parts.scheme == "sqlite":
        return _sqlite(parts, root, remedy)
    if not parts.hostname:
        raise _refuse("DATABASE_URL", "names no host", remedy)
    parsed: dict[str, Any] = {**dj_database_url.parse(value)}
    return parsed | {
        "OPTIONS": POSTGRES_OPTIONS | parsed.get("OPTIONS", {}),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _sqlite(parts: SplitResult, root: Path, remedy: str) -> dict[str, Any]:
    if parts.netloc:
        raise _refuse("DATABASE_URL", f"names the host '{parts.netloc}', and SQLite has none", remedy)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(root / unquote(parts.path)[1:]),
        "OPTIONS": SQLITE_OPTIONS,
        "CONN_MAX_AGE": 60,
    }


def redis_url(environ: Environ, default: str | None = None) -> str:
    """The address of Celery's broker."""
    remedy = "Write redis://HOST:6379/0 (rediss:// for TLS, with :PASSWORD@ before the host if it has one)."
    value = _read(environ, "REDIS_URL", default, remedy)
    parts = _split("REDIS_URL", value, remedy)
    if parts.scheme not in ("redis", "rediss"):
        raise _refuse("REDIS_URL", f"has the scheme '{parts.scheme}', which is not Redis", remedy)
    if not parts.hostname:
        raise _refuse("REDIS_URL", "names no host", remedy)
    if not re.fullmatch(r"|/|/\d+", parts.path):
        raise _refuse("REDIS_URL", f"ends in '{parts.path}', and a Redis database is a number", remedy)
    return value


def base_url(environ: Environ, default: str | None = None) -> str:
    """The address people reach the site at, without a slash at the end; links in mails start with it."""
    remedy = "Write the address people open, such as https://standards.example.org, without a path."
    value = _read(environ, "BASE_URL", default, remedy).rstrip("/")
    parts = _split("BASE_URL", value, remedy)
    if parts.scheme not in ("http", "https"):
        raise _refuse("BASE_URL", f"starts with '{parts.scheme}:', and a browser opens http or https", remedy)
    if not parts.hostname or not re.fullmatch(r"[A-Za-z0-9.:-]+", parts.hostname):
        raise _refuse("BASE_URL", "names no host a browser could open", remedy)
    if parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        raise _refuse("BASE_URL", "holds more than a scheme, a host and a port", remedy)
    return value


def allowed_hosts(environ: Environ, address: str) -> list[str]:
    """The host names the site answers to, comma-separated; by default the one of its own address ``address``."""
    own = urlsplit(address).hostname or ""
    hosts = [host.strip() for host in environ.get("ALLOWED_HOSTS", "").split(",") if host.strip()] or [own]
    remedy = f"List the host names with commas between them, such as {own},www.{own}."
    for host in hosts:
        if host == "*":
            raise _refuse("ALLOWED_HOSTS", "is '*', which lets anybody put any name into our links", remedy)
        if not re.fullmatch(r"\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\]", host):
            raise _refuse("ALLOWED_HOSTS", f"holds '{host}', which is no host name", remedy)
    if not validate_host(f"[{own}]" if ":" in own else own, hosts):
        raise _refuse("ALLOWED_HOSTS", f"lacks '{own}', the host of BASE_URL, so links in mails would fail", remedy)
    return hosts


def time_zone(environ: Environ, default: str | None = None) -> str:
    """The zone the secretariat lives in: its midnight is where a day ends."""
    remedy = "Write a name of the tz database, such as Asia/Shanghai or Europe/Berlin."
    value = _read(environ, "TIME_ZONE", default, remedy)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _refuse("TIME_ZONE", f"is '{value}', which is no time zone known here", remedy) from None
    return value


def flag(environ: Environ, name: str) -> bool:
    """A switch that is off unless it is set to a word for yes."""
    value = environ.get(name, "").strip().lower()
    if value and value not in _TRUE + _FALSE:
        raise _refuse(name, f"is '{value}', neither yes nor no", "Write 1 or 0.")
    return value in _TRUE


def trusted_proxies(environ: Environ) -> int:
    """How many reverse proxies of our own stand in front; with none, no forwarded header is believed."""
    value = environ.get("TRUSTED_PROXIES", "").strip() or "0"
    if not re.fullmatch(r"\d", value):
        raise _refuse("TRUSTED_PROXIES", f"is '{value}'", "Write how many of your proxies a request passes: 0 to 9.")
    return int(value)


def mail_transport(environ: Environ, root: Path, address: str, default: str | None = None) -> MailTransport:
    """Where mail goes; ``?from=`` and ``?timeout=`` may follow, the sender is ``tracker@`` our own host otherwise."""
    value = _read(environ, "EMAIL_URL", default, _MAIL_FORMS)
    parts = _split("EMAIL_URL", value, _MAIL_FORMS)
    query = parse_qs(parts.query)
    sender = _sender(query.get("from", [f"tracker@{urlsplit(address).hostname}"])[-1])
    if parts.scheme in _SMTP:
        return _smtp(parts, sender, query.get("timeout", ["30"])[-1])
    if parts.scheme == "console":
        return MailTransport("console", sender=sender)
    if parts.scheme != "file":
        raise _refuse("EMAIL_URL", f"has the scheme '{parts.scheme}', which is no way to send mail", _MAIL_FORMS)
    if not parts.path or parts.netloc:
        raise _refuse("EMAIL_URL", "names no folder", _MAIL_FORMS)
    return MailTransport("file", folder=root / unquote(parts.path), sender=sender)


def _sender(value: str) -> str:
    try:
        validate_email(value)
    except ValidationError:
        if not re.fullmatch(r"[\w.+-]+@([\w-]+|[\d.]+)", value):
            remedy = "Write ?from=tracker@standards.example.org at its end."
            raise _refuse("EMAIL_URL", f"makes {value!r} the sender, which is no address", remedy) from None
    return value


def _smtp(parts: SplitResult, sender: str, timeout: str) -> MailTransport:
    if not parts.hostname:
        raise _refuse("EMAIL_URL", "names no host", _MAIL_FORMS)
    if parts.path not in ("", "/"):
        raise _refuse("EMAIL_URL", f"has '{parts.path}' after the host", _MAIL_FORMS)
    if not re.fullmatch(r"[1-9]\d{0,2}", timeout):
        raise _refuse("EMAIL_URL", f"asks for a timeout of '{timeout}'", "Write 1 to 999 seconds, such as ?timeout=30.")
    security, port = _SMTP[parts.scheme]
    return MailTransport(
        "smtp",
        host=parts.hostname,
        port=parts.port or port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        security=security,
        timeout=int(timeout),
        sender=sender,
    )
