from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tracker.tokens import ApiToken, issue


class Command(BaseCommand):
    help = "Make an API token for a user and print it, this once. It has the rights of that user."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="the login name of the user it acts for")
        parser.add_argument("--name", required=True, help="what will use it, such as “board in room 4”")
        parser.add_argument("--write", action="store_true", help="may also move projects; otherwise it only reads")
        parser.add_argument("--days", type=int, help="how long it works; without this, until it is revoked")

    def handle(self, *_args: Any, **options: Any) -> None:
        now = timezone.now()
        scope = ApiToken.Scope.WRITE if options["write"] else ApiToken.Scope.READ
        token = ApiToken(user=_user(options["user"]), name=_name(options["name"]), scope=scope)
        if options["days"] is not None:
            token.expires_at = now + timedelta(days=_days(options["days"]))
        self.stdout.write(issue(token, now))


def _user(name: str) -> Any:
    user = get_user_model().objects.filter(username=name).first()
    if user is None:
        raise CommandError(f"There is no user “{name}”; create the user in the admin first.")
    if not user.is_active:
        raise CommandError(f"The user “{name}” is not active, so a token would open nothing.")
    return user


def _name(name: str) -> str:
    limit = ApiToken._meta.get_field("name").max_length or 0  # noqa: SLF001
    if not name.strip() or len(name) > limit:
        raise CommandError(f"--name must have 1 to {limit} characters.")
    return name.strip()


def _days(days: int) -> int:
    if not 1 <= days <= 3650:
        raise CommandError(f"--days is {days}; write a number of days from 1 to 3650.")
    return days
