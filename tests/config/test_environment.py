import re
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment

ROOT = Path("/srv/tracker")
SITE = "https://standards.example.org"
GOOD_KEY = "kX3vQ9sLm2Zr8TtYp5WnBc7HdFj4GaEu6RiOoPqSxVyNzMbCw1"


def mail(url: str) -> environment.MailTransport:
    return environment.mail_transport({"EMAIL_URL": url}, ROOT, SITE)


def hosts(value: str) -> list[str]:
    return environment.allowed_hosts({"ALLOWED_HOSTS": value}, SITE)


READERS: dict[str, Callable[[str], Any]] = {
    "SECRET_KEY": lambda value: environment.secret_key({"SECRET_KEY": value}),
    "DATABASE_URL": lambda value: environment.database({"DATABASE_URL": value}, ROOT),
    "REDIS_URL": lambda value: environment.redis_url({"REDIS_URL": value}),
    "EMAIL_URL": mail,
    "BASE_URL": lambda value: environment.base_url({"BASE_URL": value}),
    "ALLOWED_HOSTS": hosts,
    "TIME_ZONE": lambda value: environment.time_zone({"TIME_ZONE": value}),
    "TRUSTED_PROXIES": lambda value: environment.trusted_proxies({"TRUSTED_PROXIES": value}),
    "DEBUG": lambda value: environment.flag({"DEBUG": value}, "DEBUG"),
}

REFUSED = [
    ("SECRET_KEY", "", "is not set"),
    ("SECRET_KEY", "   ", "is not set"),
    ("SECRET_KEY", GOOD_KEY[:49], "has 49 characters"),
    ("SECRET_KEY", "abc" * 30, "only 3 different characters"),
    ("SECRET_KEY", f"django-insecure-{GOOD_KEY}", "'django-insecure'"),
    ("SECRET_KEY", environment.SAMPLE_SECRET_KEY, "the sample"),
    ("DATABASE_URL", "", "is not set"),
    ("DATABASE_URL", "mysql://u:p@host/name", "scheme 'mysql'"),
    ("DATABASE_URL", "tracker.sqlite3", "scheme ''"),
    ("DATABASE_URL", "postgres://u:p@host:5432", "names no database"),
    ("DATABASE_URL", "postgres:///name", "names no host"),
    ("DATABASE_URL", "postgres://u:p@host:fünf/name", "is not an address"),
    ("DATABASE_URL", "postgres://u:p@host:99999/name", "is not an address"),
    ("DATABASE_URL", "sqlite://var/tracker.sqlite3", "names the host 'var'"),
    ("DATABASE_URL", "sqlite:///", "names no database"),
    ("REDIS_URL", "", "is not set"),
    ("REDIS_URL", "amqp://localhost", "scheme 'amqp'"),
    ("REDIS_URL", "localhost:6379", "scheme 'localhost'"),
    ("REDIS_URL", "redis:///0", "names no host"),
    ("REDIS_URL", "redis://localhost:port/0", "is not an address"),
    ("REDIS_URL", "redis://localhost/tracker", "a Redis database is a number"),
    ("EMAIL_URL", "", "is not set"),
    ("EMAIL_URL", "mail.example.org:25", "no way to send mail"),
    ("EMAIL_URL", "smtp://", "names no host"),
    ("EMAIL_URL", "smtp://mail.example.org:smtp", "is not an address"),
    ("EMAIL_URL", "smtp://mail.example.org/inbox", "'/inbox' after the host"),
    ("EMAIL_URL", "smtp://mail.example.org?timeout=soon", "a timeout of 'soon'"),
    ("EMAIL_URL", "smtp://mail.example.org?timeout=0", "a timeout of '0'"),
    ("EMAIL_URL", "smtp://mail.example.org?from=nobody", "'nobody' the sender"),
    ("EMAIL_URL", "smtp://mail.example.org?from=a@b.org%0D%0ABcc:c@d.org", "the sender"),
    ("EMAIL_URL", "file:", "names no folder"),
    ("EMAIL_URL", "file://var/mail", "names no folder"),
    ("BASE_URL", "", "is not set"),
    ("BASE_URL", "standards.example.org", "starts with ':'"),
    ("BASE_URL", "ftp://standards.example.org", "starts with 'ftp:'"),
    ("BASE_URL", "https://", "names no host"),
    ("BASE_URL", "https://standards example.org", "names no host"),
    ("BASE_URL", "https://standards.example.org/tracker", "more than a scheme, a host and a port"),
    ("BASE_URL", "https://user@standards.example.org", "more than a scheme, a host and a port"),
    ("BASE_URL", "https://standards.example.org?x=1", "more than a scheme, a host and a port"),
    ("ALLOWED_HOSTS", "*", "is '*'"),
    ("ALLOWED_HOSTS", "standards.example.org, https://x.org", "holds 'https://x.org'"),
    ("ALLOWED_HOSTS", "other.example.org", "lacks 'standards.example.org'"),
    ("TIME_ZONE", "Asia/Bejing", "is 'Asia/Bejing'"),
    ("TIME_ZONE", "../../etc/passwd", "no time zone"),
    ("TIME_ZONE", "Asia", "no time zone"),
    ("TRUSTED_PROXIES", "many", "is 'many'"),
    ("TRUSTED_PROXIES", "-1", "is '-1'"),
    ("DEBUG", "perhaps", "neither yes nor no"),
]


@pytest.mark.parametrize(("name", "value", "problem"), REFUSED)
def test_a_value_that_cannot_be_right_is_refused_with_the_variable_the_problem_and_a_remedy(
    name: str, value: str, problem: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=re.escape(problem)) as refusal:
        READERS[name](value)
    assert re.fullmatch(rf"{name} .+\. (Set|Write|List) .+\.", str(refusal.value))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "oracle://scott:tiger-secret@host/name"),
        ("DATABASE_URL", "postgres://scott:tiger-secret@host"),
        ("DATABASE_URL", "postgres://scott:tiger-secret@host:x/name"),
        ("REDIS_URL", "redis://:tiger-secret@host/name"),
        ("EMAIL_URL", "imap://scott:tiger-secret@host"),
        ("EMAIL_URL", "smtp://scott:tiger-secret@host/inbox"),
        ("BASE_URL", "https://scott:tiger-secret@host"),
        ("SECRET_KEY", "tiger-secret"),
    ],
)
def test_a_refusal_repeats_no_password(name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        READERS[name](value)
    assert "tiger" not in str(refusal.value)


def test_an_unset_variable_takes_the_default_where_there_is_one() -> None:
    assert environment.redis_url({"REDIS_URL": ""}, default="redis://localhost/1") == "redis://localhost/1"


def test_a_long_and_varied_key_is_taken() -> None:
    assert environment.secret_key({"SECRET_KEY": f" {GOOD_KEY}\n"}) == GOOD_KEY


def test_the_sample_key_is_the_one_that_the_example_file_shows() -> None:
    example = Path(__file__).parents[2] / ".env.example"
    assert f"\nSECRET_KEY={environment.SAMPLE_SECRET_KEY}\n" in example.read_text()


def test_a_machine_makes_itself_one_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "secret-key"
    with ThreadPoolExecutor(8) as processes:
        keys = set(processes.map(lambda _: environment.own_secret_key(file), range(8)))
    assert keys == {environment.secret_key({"SECRET_KEY": file.read_text()})}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite:///var/tracker.sqlite3", "/srv/tracker/var/tracker.sqlite3"),
        ("sqlite:////data/tracker%20one.sqlite3", "/data/tracker one.sqlite3"),
    ],
)
def test_sqlite_waits_for_its_turn_and_lets_readers_through(url: str, name: str) -> None:
    settings = environment.database({"DATABASE_URL": url}, ROOT)
    assert settings["NAME"] == name
    assert settings["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in settings["OPTIONS"]["init_command"]


def test_postgres_is_read_with_its_password_decoded_and_its_options_kept() -> None:
    settings = environment.database({"DATABASE_URL": "postgres://u:p%40ss@db:5433/tracker?sslmode=require"}, ROOT)
    assert (settings["ENGINE"], settings["HOST"], settings["PORT"]) == ("django.db.backends.postgresql", "db", 5433)
    assert (settings["USER"], settings["PASSWORD"], settings["NAME"]) == ("u", "p@ss", "tracker")
    assert settings["OPTIONS"] == {"connect_timeout": 5, "sslmode": "require"}


def test_postgres_can_be_reached_through_a_socket() -> None:
    settings = environment.database({"DATABASE_URL": "postgres://u@%2Frun%2FPostgres/tracker"}, ROOT)
    assert settings["HOST"] == "/run/Postgres"


@pytest.mark.parametrize(
    ("url", "security", "port"),
    [
        ("smtp://mail.example.org", "none", 25),
        ("smtp+tls://mail.example.org", "starttls", 587),
        ("smtps://mail.example.org", "tls", 465),
        ("smtp://mail.example.org:2525", "none", 2525),
    ],
)
def test_the_scheme_of_a_mail_server_says_how_the_connection_is_encrypted(url: str, security: str, port: int) -> None:
    transport = mail(url)
    assert (transport.kind, transport.host) == ("smtp", "mail.example.org")
    assert (transport.security, transport.port, transport.timeout) == (security, port, 30)


def test_a_mail_server_takes_a_login_a_sender_and_a_timeout() -> None:
    transport = mail("smtps://t%40x:p%2Fw@mail.example.org?from=sc42@example.org&timeout=5")
    assert (transport.user, transport.password) == ("t@x", "p/w")
    assert (transport.sender, transport.timeout) == ("sc42@example.org", 5)
    assert "p/w" not in repr(transport)


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("file:var/mail", "/srv/tracker/var/mail"),
        ("file:///var/spool/my%20mail", "/var/spool/my mail"),
    ],
)
def test_mail_can_go_into_a_folder(url: str, folder: str) -> None:
    assert (mail(url).kind, mail(url).folder) == ("file", Path(folder))


def test_mail_can_be_printed() -> None:
    assert mail("console:").kind == "console"


@pytest.mark.parametrize(
    ("site", "sender"),
    [
        ("https://standards.example.org:8443", "tracker@standards.example.org"),
        ("http://localhost:8000", "tracker@localhost"),
        ("http://192.0.2.7", "tracker@192.0.2.7"),
    ],
)
def test_mail_comes_from_the_site_itself_unless_told_otherwise(site: str, sender: str) -> None:
    assert environment.mail_transport({"EMAIL_URL": "console:"}, ROOT, site).sender == sender


def test_the_address_of_the_site_ends_without_a_slash() -> None:
    assert environment.base_url({"BASE_URL": "https://standards.example.org:8443/"}) == f"{SITE}:8443"


def test_the_site_answers_to_its_own_host_and_to_those_listed() -> None:
    assert hosts("") == ["standards.example.org"]
    assert hosts("localhost, .example.org,") == ["localhost", ".example.org"]


@pytest.mark.parametrize(("value", "switch"), [("", False), ("0", False), ("no", False), ("1", True), ("TRUE", True)])
def test_a_switch_is_off_unless_turned_on(value: str, switch: bool) -> None:
    assert environment.flag({"DEBUG": value}, "DEBUG") is switch
