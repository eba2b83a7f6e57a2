import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from config.demo import CannotStart, Demo, refuse_taken
from standards.models import Committee
from tracker.models import Watch, Watcher

LOGIN, PASSWORD = "secretary", "standards-pipeline"
# The committee whose three GB/Z were planned for the first quarter of 2026.
WATCHED = "joint-ai-new-industrialization"
WATCHERS = (
    {"email": "watcher@example.org", "name": "Demo watcher", "language": "en", "time_zone": "Europe/Brussels"},
    {"email": "guanzhong@example.org", "name": "演示关注者", "language": "zh-hans", "time_zone": "Asia/Shanghai"},
)
BANNER = """
──────────────────────────────────────────────────────────────────────────────
 Standards pipeline is running. Ctrl-C ends all of it; your data stays in var/.

 Board        {base}/
 Admin        {base}/admin/          login: {login}   password: {password}
 API          {base}/api/v1/projects/
 API docs     {base}/api/v1/docs/
 Mail         {mail}
              {base}/admin/tracker/notification/  shows each mail as it was sent

 Watchers     {watchers}
              Their mails about the three overdue GB/Z go out within a minute.
──────────────────────────────────────────────────────────────────────────────

"""


class Command(BaseCommand):
    help = "Fill an empty tracker with the report's pipeline, a login and two watchers, and run all of it here."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if settings.SETTINGS_MODULE != "config.settings.local":
            raise CommandError("The demo has a known password, so it runs with config.settings.local only.")
        port = self._port()
        try:
            refuse_taken(port)
            call_command("load_records", stdout=self.stdout)
            password = login()
            watchers()
            raise SystemExit(Demo(port, settings.VAR, environment(port), banner(port, password)).run())
        except CannotStart as error:
            raise CommandError(str(error)) from None

    def _port(self) -> int:
        text = os.environ.get("PORT", "8000")
        if not text.isdigit() or not 0 < int(text) < 65536:
            raise CommandError(f"PORT is “{text}”; write a number from 1 to 65535.")
        return int(text)


def login() -> str:
    """The staff login, made once; returns what to say about its password."""
    user, created = get_user_model().objects.get_or_create(
        username=LOGIN,
        defaults={"is_staff": True, "is_superuser": True, "first_name": "Demo", "last_name": "Secretary"},
    )
    if created:
        user.set_password(PASSWORD)
        user.save()
    return PASSWORD if user.check_password(PASSWORD) else "(as you changed it)"


def watchers() -> None:
    """Two watchers of the joint group, made once; whoever stopped watching stays away."""
    committee = Committee.objects.get(slug=WATCHED)
    for values in WATCHERS:
        watcher, created = Watcher.objects.get_or_create(email=values["email"], defaults=values)
        if created:
            Watch.objects.create(watcher=watcher, committee=committee)


def base_url(port: int) -> str:
    return os.environ.get("BASE_URL") or f"http://localhost:{port}"


def environment(port: int) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "BASE_URL": base_url(port),
        "PYTHONUNBUFFERED": "1",
        # Whoever tries the demo as root in a container need not read Celery's warning about that first.
        "PYTHONWARNINGS": "ignore:You're running the worker",
    }


def banner(port: int, password: str) -> str:
    transport = settings.MAIL_TRANSPORT
    folder: Path | None = transport.folder
    return BANNER.format(
        base=base_url(port),
        login=LOGIN,
        password=password,
        mail=f"written to {os.path.relpath(folder)}/, one .eml file each" if folder else f"sent by {transport.kind}",
        watchers=" and ".join(values["email"] for values in WATCHERS),
    )
